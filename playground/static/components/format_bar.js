// The row of formatting buttons over the composer.
import { html } from "../lib.js";
import { Icon } from "./icon.js";

const MARKS = [
  ["bold", "Bold", "*"],
  ["italic", "Italic", "_"],
  ["strike", "Strikethrough", "~"],
  ["code", "Code", "`"],
  ["quote", "Quote", "> ", true],
];

/** The text of `area` with `mark` around its selection (or, for a `block` mark, before its line). */
export function wrapSelection(area, mark, block = false) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  if (block) {
    const line = value.lastIndexOf("\n", from - 1) + 1;
    return { text: value.slice(0, line) + mark + value.slice(line), caret: to + mark.length };
  }
  const inner = value.slice(from, to);
  return {
    text: value.slice(0, from) + mark + inner + mark + value.slice(to),
    caret: to + mark.length + (inner ? mark.length : 0),
  };
}

export function FormatBar({ onWrap }) {
  return html`
    <div class="format-bar" role="toolbar" aria-label="Formatting">
      ${MARKS.map(
        ([icon, label, mark, block]) => html`
          <button
            type="button"
            key=${icon}
            class="icon-button"
            aria-label=${label}
            title=${label}
            onPointerDown=${(event) => event.preventDefault()}
            onClick=${() => onWrap(mark, block)}
          >
            <${Icon} name=${icon} size=${16} />
          </button>
        `,
      )}
    </div>
  `;
}
