// All emoji by category, with search.
import { html, useEffect, useRef, useState } from "../lib.js";
import { EMOJI_CATEGORIES, USUAL_REACTIONS, emojiChar, findEmoji } from "../emoji.js";
import { Popover } from "./popover.js";

export function EmojiPicker({ anchor, onPick, onClose }) {
  const [query, setQuery] = useState("");
  const ref = useRef(null);
  useEffect(() => ref.current.querySelector("input").focus(), []);
  const found = query ? findEmoji(query) : null;
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || !found?.length) return;
    event.preventDefault();
    onPick(found[0].name);
  };
  return html`
    <${Popover} anchor=${anchor} onClose=${onClose} align="end" label="Emoji" className="emoji-picker">
      <div ref=${ref}>
        <input
          class="field-input"
          type="search"
          placeholder="Search all emoji"
          aria-label="Search emoji"
          value=${query}
          onInput=${(event) => setQuery(event.currentTarget.value)}
          onKeyDown=${onKeyDown}
        />
        <div class="emoji-scroll" tabindex="0" role="region" aria-label="Emoji">
          ${
            found
              ? html`
                  <${Grid}
                    title=${found.length ? "Found" : `Nothing is called “${query}”`}
                    emoji=${found}
                    onPick=${onPick}
                  />
                `
              : html`
                  <${Grid}
                    title="Often used"
                    emoji=${USUAL_REACTIONS.map((name) => ({ name, char: emojiChar(name) }))}
                    onPick=${onPick}
                  />
                  ${EMOJI_CATEGORIES.map(
                    (category) => html`
                      <${Grid} key=${category.title} title=${category.title} emoji=${category.emoji} onPick=${onPick} />
                    `,
                  )}
                `
          }
        </div>
      </div>
    <//>
  `;
}

function Grid({ title, emoji, onPick }) {
  return html`
    <h4>${title}</h4>
    <div class="emoji-grid">
      ${emoji.map(
        (one) => html`
          <button
            type="button"
            key=${one.name}
            class="emoji"
            title=${`:${one.name}:`}
            aria-label=${one.name.replace(/_/g, " ")}
            onClick=${() => onPick(one.name)}
          >
            ${one.char}
          </button>
        `,
      )}
    </div>
  `;
}
