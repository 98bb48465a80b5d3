// Changing one's own message in place.
import { html, useEffect, useRef, useState } from "../lib.js";
import { edit } from "../actions/messages.js";
import { toTyped } from "../mrkdwn/typed.js";

export function MessageEditor({ channel, message, onDone }) {
  const [text, setText] = useState(() => toTyped(message.text ?? ""));
  const ref = useRef(null);
  useEffect(() => {
    ref.current.focus();
    ref.current.setSelectionRange(text.length, text.length);
  }, []);
  const save = async () => {
    if (text.trim() && (await edit(channel, message.ts, text.trim()))) onDone();
  };
  const onKeyDown = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone();
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    save();
  };
  return html`
    <div class="editor">
      <textarea
        ref=${ref}
        class="field-input"
        aria-label="Edit message"
        rows="2"
        value=${text}
        onInput=${(event) => setText(event.currentTarget.value)}
        onKeyDown=${onKeyDown}
      ></textarea>
      <div class="editor-buttons">
        <button type="button" class="button" onClick=${onDone}>Cancel</button>
        <button type="button" class="button primary" disabled=${!text.trim()} onClick=${save}>Save</button>
      </div>
    </div>
  `;
}
