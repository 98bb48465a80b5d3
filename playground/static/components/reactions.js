// Reactions under a message; a click adds or takes away one's own.
import { cx, html, useRef, useState } from "../lib.js";
import { getState, useStore } from "../store.js";
import { react } from "../actions/messages.js";
import { emojiChar } from "../emoji.js";
import { EmojiPicker } from "./emoji_picker.js";
import { Icon } from "./icon.js";

export function Reactions({ channel, message }) {
  const me = useStore((state) => state.me.id);
  return html`
    <div class="reactions">
      ${message.reactions.map(
        (one) => html`
          <${Reaction}
            key=${one.name}
            reaction=${one}
            mine=${one.users.includes(me)}
            onPress=${() => react(channel, message.ts, one.name, one.users.includes(me))}
          />
        `,
      )}
      <${AddReaction} channel=${channel} ts=${message.ts} className="reaction reaction-add" />
    </div>
  `;
}

function Reaction({ reaction, mine, onPress }) {
  const names = reaction.users.map((id) => getState().users[id]?.real_name ?? id).join(", ");
  const label = `${reaction.count} reacted with ${reaction.name.replace(/_/g, " ")}: ${names}`;
  return html`
    <button
      type="button"
      class=${cx("reaction", mine && "reaction-mine")}
      aria-pressed=${mine}
      aria-label=${label}
      title=${`${names} reacted with :${reaction.name}:`}
      data-testid=${`reaction-${reaction.name}`}
      onClick=${onPress}
    >
      <span class="emoji">${emojiChar(reaction.name) || `:${reaction.name}:`}</span>
      <span class="reaction-count">${reaction.count}</span>
    </button>
  `;
}

/** The button that opens the emoji picker; `onHold` tells whether it is open. */
export function AddReaction({ channel, ts, className = "icon-button", onHold }) {
  const ref = useRef(null);
  const [open, setOpen] = useState(false);
  const turn = (next) => {
    setOpen(next);
    onHold?.(next);
  };
  return html`
    <button
      ref=${ref}
      type="button"
      class=${className}
      aria-label="Add a reaction"
      title="Add a reaction"
      aria-expanded=${open}
      onClick=${() => turn(!open)}
    >
      <${Icon} name="smile" size=${17} />
    </button>
    ${
      open &&
      html`
        <${EmojiPicker}
          anchor=${ref.current}
          onClose=${() => turn(false)}
          onPick=${(name) => {
            turn(false);
            react(channel, ts, name, false);
          }}
        />
      `
    }
  `;
}
