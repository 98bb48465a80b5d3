// The middle of the page for a channel: its head, its messages, and a composer or why there is none.
import { html } from "../lib.js";
import { useStore } from "../store.js";
import { act } from "../api.js";
import { groupName } from "../actions/names.js";
import { attempt } from "../actions/toasts.js";
import { ChannelHeader } from "./channel_header.js";
import { Composer } from "./composer.js";
import { MessageList } from "./message_list.js";

export function Conversation({ id }) {
  const channel = useStore((state) => state.channels[id]);
  const other = useStore((state) => state.users[channel?.im_user]);
  const group = useStore((state) => (channel?.is_mpim ? groupName(channel, state) : ""));
  if (!channel)
    return html`
      <div class="empty">
        <h2>Nothing is open</h2>
        <p>Choose a channel on the left, or press Ctrl + K.</p>
      </div>
    `;
  const name = channel.is_mpim ? group : channel.is_im ? (other?.real_name ?? channel.name) : `#${channel.name}`;
  return html`
    <${ChannelHeader} channel=${channel} />
    <div class="conversation">
      <${MessageList} channel=${channel} />
      <${Writing} channel=${channel} name=${name} />
    </div>
  `;
}

function Writing({ channel, name }) {
  if (channel.is_archived)
    return html`
      <div class="join-bar">
        <p>
          <strong>${name}</strong>
          ${" "}is archived. Its messages stay, nobody can write here.
        </p>
      </div>
    `;
  if (channel.is_member || channel.is_im)
    return html`<${Composer} channel=${channel.id} placeholder=${`Message ${name}`} />`;
  return html`
    <div class="join-bar">
      <p>
        You are looking at${" "}
        <strong>${name}</strong>
        ${" "}without being in it.
      </p>
      <button
        type="button"
        class="button primary"
        data-testid="join"
        onClick=${() => attempt(() => act("join", { channel: channel.id }))}
      >
        Join channel
      </button>
    </div>
  `;
}
