// The pane of one thread: its first message, its replies, and a composer of its own.
import { html, useEffect, useRef } from "../lib.js";
import { useStore } from "../store.js";
import { closeThread, openChannel } from "../actions/places.js";
import { AtWork, Prompts } from "./assistant.js";
import { Composer } from "./composer.js";
import { Icon } from "./icon.js";
import { Message } from "./message.js";
import { follows, walk } from "./message_list.js";

export function ThreadPane() {
  const thread = useStore((state) => state.thread);
  const ref = useRef(null);
  const count = thread.list?.length ?? 0;
  useEffect(() => {
    if (ref.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [count, thread.ts]);
  const onKeyDown = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeThread();
  };
  const [parent, ...replies] = thread.list ?? [];
  return html`
    <aside class="pane thread-pane" aria-label="Thread" data-testid="thread-pane" onKeyDown=${onKeyDown}>
      <${Head} thread=${thread} />
      <div
        class="pane-scroll"
        ref=${ref}
        tabindex="0"
        role="region"
        aria-label="Messages of the thread"
        onKeyDown=${walk}
      >
        ${!thread.list && html`<p class="quiet">Loading the thread…</p>`}
        ${
          parent &&
          html`
            <${Message} channel=${thread.channel} message=${parent} inThread />
            <div class="reply-count"><span>${countOf(replies.length)}</span></div>
          `
        }
        ${replies.map(
          (reply, index) => html`
            <${Message}
              key=${reply.ts}
              channel=${thread.channel}
              message=${reply}
              inThread
              compact=${index > 0 && follows({ ...replies[index - 1] }, { ...reply, thread_ts: undefined })}
            />
          `,
        )}
        <${AtWork} status=${thread.assistant?.status} loading=${thread.assistant?.loading} />
        <${Prompts} thread=${thread} />
      </div>
      <${Composer} channel=${thread.channel} threadTs=${thread.ts} placeholder="Reply…" />
    </aside>
  `;
}

function countOf(replies) {
  if (!replies) return "No replies yet";
  return replies === 1 ? "1 reply" : `${replies} replies`;
}

function Head({ thread }) {
  const channel = useStore((state) => state.channels[thread.channel]);
  const title = thread.list?.[0]?.assistant_app_thread?.title;
  return html`
    <header class="pane-head">
      <h2>${title || "Thread"}</h2>
      <button type="button" class="pane-place" onClick=${() => openChannel(thread.channel, { ts: thread.ts })}>
        ${channel?.is_im ? "Direct message" : `#${channel?.name ?? ""}`}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Close the thread"
        data-testid="thread-close"
        onClick=${closeThread}
      >
        <${Icon} name="close" />
      </button>
    </header>
  `;
}
