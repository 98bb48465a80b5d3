// The list of pinned messages.
import { html, useEffect, useState } from "../lib.js";
import { useStore } from "../store.js";
import { read } from "../api.js";
import { openChannel } from "../actions/places.js";
import { clock, dateOfTs, dayLabel } from "../time.js";
import { emojiText } from "../emoji.js";
import { textString } from "../mrkdwn/render.js";
import { Avatar } from "./avatar.js";
import { useAuthor } from "./message.js";
import { Popover } from "./popover.js";

export function Pins({ channel, anchor, onClose }) {
  const loaded = useStore((state) => state.messages[channel.id]?.list);
  const [older, setOlder] = useState([]);
  const known = [...older, ...(loaded ?? [])];
  const missing = channel.pins.filter((ts) => !known.some((one) => one.ts === ts));
  useEffect(() => {
    if (missing.length) fetchPinned(channel.id, missing).then(setOlder);
  }, [missing.join()]);
  const open = (ts) => {
    onClose();
    openChannel(channel.id, { ts });
  };
  return html`
    <${Popover} anchor=${anchor} onClose=${onClose} label="Pinned messages" className="pins-popover">
      <h3>Pinned messages</h3>
      <ul>
        ${channel.pins.map(
          (ts) => html`
            <li key=${ts}><${Pinned} message=${known.find((one) => one.ts === ts)} onOpen=${() => open(ts)} /></li>
          `,
        )}
      </ul>
    <//>
  `;
}

/** Each pinned message that is older than what the list has loaded. */
async function fetchPinned(channel, list) {
  const pages = await Promise.all(list.map((ts) => read("thread", { channel, ts }).catch(() => ({ messages: [] }))));
  return pages.map((page) => page.messages[0]).filter(Boolean);
}

function Pinned({ message, onOpen }) {
  const { name, id } = useAuthor(message ?? {});
  if (!message)
    return html`<p class="quiet">Loading…</p>`;
  const at = dateOfTs(message.ts);
  return html`
    <button type="button" class="pinned-message" onClick=${onOpen}>
      <${Avatar} id=${id} name=${message.username} icons=${message.icons} size=${28} />
      <span>
        <strong>${name}</strong>
        ${" "}
        <small>${`${dayLabel(at)}, ${clock(at)}`}</small>
        <span class="pinned-text">${emojiText(textString({ type: "mrkdwn", text: message.text }))}</span>
      </span>
    </button>
  `;
}
