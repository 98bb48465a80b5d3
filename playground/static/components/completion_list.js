// The list above the composer while a command or a name is being typed.
import { cx, html, useLayoutEffect, useRef } from "../lib.js";
import { useStore } from "../store.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";

const TITLES = { command: "Commands", "@": "People and groups", "#": "Channels", ":": "Emoji" };

export function CompletionList({ id, completion, at, onPick, onOver }) {
  const ref = useRef(null);
  const app = useStore((state) => state.app);
  useLayoutEffect(() => ref.current.querySelector(".completion-at")?.scrollIntoView({ block: "nearest" }), [at]);
  return html`
    <div class="completion" ref=${ref} data-testid="completion">
      <div class="completion-title">
        ${TITLES[completion.kind]}
        <span>
          <b>↑↓</b>
          ${" "}to choose,${" "}
          <b>Tab</b>
          ${" "}or${" "}
          <b>Enter</b>
          ${" "}to take,${" "}
          <b>Esc</b>
          ${" "}to leave
        </span>
      </div>
      <ul role="listbox" id=${id} aria-label=${TITLES[completion.kind]}>
        ${completion.entries.map(
          (entry, index) => html`
            <li
              key=${entry.insert}
              id=${`${id}-${index}`}
              role="option"
              aria-selected=${index === at}
              class=${cx("completion-entry", index === at && "completion-at")}
              onPointerDown=${(event) => event.preventDefault()}
              onClick=${() => onPick(entry)}
              onPointerMove=${() => index !== at && onOver(index)}
            >
              <${Picture} entry=${entry} app=${app} />
              <span class="completion-words">
                <span>
                  <strong>${entry.label}</strong>
                  ${" "}
                  <span class="completion-hint">${entry.hint}</span>
                </span>
                ${entry.detail && html`<small class=${entry.alarm ? "alarm-text" : ""}>${entry.detail}</small>`}
              </span>
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}

function Picture({ entry, app }) {
  if (entry.char)
    return html`<span class="emoji">${entry.char}</span>`;
  if (entry.user)
    return html`<${Avatar} id=${entry.user} size=${24} />`;
  if (entry.app)
    return html`<${Avatar} id=${app.bot_user_id} size=${28} />`;
  return html`<${Icon} name=${entry.alarm ? "bell" : entry.insert[0] === "#" ? "hash" : "people"} />`;
}
