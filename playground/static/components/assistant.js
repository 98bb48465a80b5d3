// What an app shows in a thread besides its messages: that it is at work, and what one might ask it.
import { html, useEffect, useState } from "../lib.js";
import { useStore } from "../store.js";
import { send } from "../actions/messages.js";

const TURN_MS = 3_000;

/** “Quarterdeck is thinking…”; its own loading messages take turns instead, where it has given any. */
export function AtWork({ status, loading = [] }) {
  const name = useStore((state) => state.app.name);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!status || loading.length < 2) return undefined;
    const timer = window.setInterval(() => setTurn((n) => n + 1), TURN_MS);
    return () => window.clearInterval(timer);
  }, [status, loading]);
  if (!status) return null;
  return html`
    <p class="at-work" role="status" data-testid="at-work">
      ${loading.length ? loading[turn % loading.length] : `${name} ${status}`}
    </p>
  `;
}

/** Offered until somebody has written in the thread. */
export function Prompts({ thread }) {
  const app = useStore((state) => state.app.bot_user_id);
  const { prompts = [], title } = thread.assistant ?? {};
  if (!prompts.length || thread.list?.some((message) => message.user !== app)) return null;
  return html`
    <div class="prompts" role="group" aria-label=${title || "Suggestions"}>
      ${title && html`<p>${title}</p>`}
      ${prompts.map(
        (prompt) => html`
          <button
            type="button"
            key=${prompt.title}
            class="button"
            onClick=${() => send(thread.channel, prompt.message, thread.ts)}
          >
            ${prompt.title}
          </button>
        `,
      )}
    </div>
  `;
}
