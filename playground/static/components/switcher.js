// Ctrl + K: jump to a channel, a person or the app by a few letters.
import { cx, html, useState } from "../lib.js";
import { getState } from "../store.js";
import { openApp, openChannel, openDirect } from "../actions/places.js";
import { groupName } from "../actions/names.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";

const MOST = 12;

export function Switcher({ onClose }) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const entries = entriesFor(words.trim().toLowerCase());
  const go = (entry) => {
    if (!entry) return;
    onClose();
    entry.open();
  };
  const onKeyDown = (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && entries.length) setAt((at + moves[event.key] + entries.length) % entries.length);
    else if (event.key === "Enter") go(entries[at]);
    else return;
    event.preventDefault();
  };
  return html`
    <${Dialog} title="Jump to…" className="dialog-switcher" testid="switcher" onClose=${onClose}>
      <input
        class="field-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="switcher-list"
        aria-activedescendant=${`switch-${at}`}
        aria-label="Jump to"
        placeholder="Channel, person or app"
        value=${words}
        onInput=${(event) => {
          setWords(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown=${onKeyDown}
      />
      <ul class="options" role="listbox" id="switcher-list" aria-label="Places">
        ${entries.map(
          (entry, index) => html`
            <li
              key=${entry.key}
              id=${`switch-${index}`}
              role="option"
              aria-selected=${index === at}
              class=${cx("option", index === at && "option-at")}
              onClick=${() => go(entry)}
              onPointerMove=${() => setAt(index)}
            >
              ${entry.user ? html`<${Avatar} id=${entry.user} size=${20} />` : html`<${Icon} name=${entry.icon} />`}
              <span class=${entry.unread ? "row-unread" : ""}>${entry.label}</span>
            </li>
          `,
        )}
      </ul>
      ${!entries.length && html`<p class="quiet">Nothing is called “${words}”.</p>`}
    <//>
  `;
}

function entriesFor(words) {
  const { channels, users, app, me } = getState();
  const places = Object.values(channels)
    .filter((one) => !one.is_im && !one.is_archived)
    .map((one) => ({
      key: one.id,
      label: one.is_mpim ? groupName(one, getState()) : one.name,
      icon: one.is_mpim ? "people" : one.is_private ? "lock" : "hash",
      unread: one.unread > 0,
      open: () => openChannel(one.id),
    }));
  const people = Object.values(users)
    .filter((one) => !one.is_bot && !one.deleted && one.id !== me.id)
    .map((one) => ({ key: one.id, label: one.real_name, user: one.id, open: () => openDirect(one.id) }));
  const apps = [{ key: app.id, label: app.name, user: app.bot_user_id, open: () => openApp("home") }];
  const all = [...places.sort((a, b) => Number(b.unread) - Number(a.unread)), ...people, ...apps];
  return all.filter((one) => one.label.toLowerCase().includes(words)).slice(0, MOST);
}
