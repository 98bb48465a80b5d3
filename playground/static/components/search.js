// Search in all messages this person can see.
import { html, useEffect, useState } from "../lib.js";
import { getState } from "../store.js";
import { read } from "../api.js";
import { openChannel } from "../actions/places.js";
import { emojiText } from "../emoji.js";
import { textString } from "../mrkdwn/render.js";
import { clock, dateOfTs, dayLabel } from "../time.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
import { useAuthor } from "./message.js";

const TYPING_PAUSE_MS = 180;

export function SearchDialog({ onClose }) {
  const [words, setWords] = useState("");
  const { hits, note } = useHits(words.trim());
  const open = ({ channel, message }) => {
    onClose();
    const inThread = message.thread_ts && message.thread_ts !== message.ts;
    openChannel(channel, { ts: message.ts, thread: inThread ? message.thread_ts : undefined });
  };
  return html`
    <${Dialog} title="Search messages" className="dialog-wide dialog-search" testid="search" onClose=${onClose}>
      <input
        class="field-input"
        type="search"
        aria-label="Search messages"
        placeholder="Words in a message"
        value=${words}
        onInput=${(event) => setWords(event.currentTarget.value)}
      />
      ${note && html`<p class="quiet" role="status">${note}</p>`}
      <ul class="hits">
        ${hits.map(
          (hit) => html`
            <li key=${`${hit.channel}${hit.message.ts}`}><${Hit} hit=${hit} onOpen=${() => open(hit)} /></li>
          `,
        )}
      </ul>
    <//>
  `;
}

function useHits(words) {
  const [found, setFound] = useState({ hits: [], note: "" });
  useEffect(() => {
    if (!words) {
      setFound({ hits: [], note: "Type a word: every message you can see is searched." });
      return undefined;
    }
    let stale = false;
    const ask = async () => {
      const answer = await read("search", { q: words }).catch((problem) => ({ problem }));
      if (stale) return;
      if (answer.problem) setFound({ hits: [], note: answer.problem.message });
      else setFound({ hits: answer.messages, note: answer.messages.length ? "" : `No message holds “${words}”.` });
    };
    const timer = window.setTimeout(ask, TYPING_PAUSE_MS);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [words]);
  return found;
}

function Hit({ hit, onOpen }) {
  const { message } = hit;
  const { name, id } = useAuthor(message);
  const channel = getState().channels[hit.channel];
  const place = channel?.is_im ? "Direct message" : `#${channel?.name ?? "?"}`;
  const at = dateOfTs(message.ts);
  return html`
    <button type="button" class="pinned-message" onClick=${onOpen}>
      <${Avatar} id=${id} name=${message.username} icons=${message.icons} size=${28} />
      <span>
        <strong>${name}</strong>
        ${" "}
        <small>${`${place} · ${dayLabel(at)}, ${clock(at)}`}</small>
        <span class="pinned-text">${emojiText(textString({ type: "mrkdwn", text: message.text }))}</span>
      </span>
    </button>
  `;
}
