// The line under a message that has replies.
import { html } from "../lib.js";
import { openThread } from "../actions/places.js";
import { ago, dateOfTs } from "../time.js";
import { Avatar } from "./avatar.js";

export function ThreadSummary({ channel, message }) {
  const count = message.reply_count;
  return html`
    <button
      type="button"
      class="thread-summary"
      data-testid="thread-summary"
      onClick=${() => openThread(channel, message.ts)}
    >
      <span class="thread-faces">
        ${(message.reply_users ?? []).slice(0, 5).map((id) => html`<${Avatar} key=${id} id=${id} size=${24} />`)}
      </span>
      <strong>${count === 1 ? "1 reply" : `${count} replies`}</strong>
      <span class="thread-last">${`Last reply ${ago(dateOfTs(message.latest_reply ?? message.ts))}`}</span>
    </button>
  `;
}
