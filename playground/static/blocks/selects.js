// Select menus of every source (static, external, users, channels, conversations), single and multiple, with search.
import { cx, html, useRef, useState } from "../lib.js";
import { Avatar } from "../components/avatar.js";
import { Icon } from "../components/icon.js";
import { Popover } from "../components/popover.js";
import { textString } from "../mrkdwn/render.js";
import { emojiText } from "../emoji.js";
import { useStore } from "../store.js";
import { SelectList } from "./select_list.js";
import { dispatches, useChoice, useSurface } from "./surface.js";

/** A menu of which one entry is chosen. In input blocks that are optional the choice can be cleared. */
export function OneSelect({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const entry = useEntryOf(value);
  const busy = useSurface().isBusy(block, element);
  const shown = value ? entry.label : placeholderOf(element);
  return html`
    <${SelectFrame}
      element=${element}
      ids=${ids}
      shown=${shown}
      empty=${!value}
      busy=${busy}
      block=${block}
      onClear=${value && block.optional && !dispatches(block) ? () => choose(null) : null}
      list=${(close) => html`
        <${SelectList}
          block=${block}
          element=${element}
          chosen=${[keyOf(value)]}
          onPick=${(picked) => {
            close();
            choose(picked);
          }}
        />
      `}
    />
  `;
}

/** A menu of which several entries are chosen, shown as tokens. */
export function ManySelect({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const list = value ?? [];
  const busy = useSurface().isBusy(block, element);
  const most = element.max_selected_items ?? Infinity;
  const toggle = (picked) => {
    const without = list.filter((one) => keyOf(one) !== keyOf(picked));
    if (without.length < list.length) choose(without);
    else if (list.length < most) choose([...list, picked]);
  };
  const tokens = list.map((one) => html`<${Token} key=${keyOf(one)} value=${one} onRemove=${() => toggle(one)} />`);
  return html`
    <${SelectFrame}
      element=${element}
      ids=${ids}
      shown=${list.length ? "" : placeholderOf(element)}
      empty=${!list.length}
      busy=${busy}
      tokens=${tokens}
      block=${block}
      list=${() => html`
        <${SelectList}
          block=${block}
          element=${element}
          chosen=${list.map(keyOf)}
          many
          onPick=${toggle}
          note=${list.length >= most ? `You can choose at most ${most}.` : ""}
        />
      `}
    />
  `;
}

function SelectFrame({ block, element, ids, shown, empty, busy, tokens, onClear, list }) {
  const ref = useRef(null);
  const box = useRef(null);
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    ref.current?.focus();
  };
  const name = [ids.label, placeholderOf(element), empty ? "" : shown].filter(Boolean).join(": ");
  return html`
    <div ref=${box} class=${cx("select", tokens && "select-many", block.type === "input" && "select-wide")}>
      ${tokens}
      <button
        ref=${ref}
        type="button"
        class=${cx("select-button", empty && "select-empty", busy && "busy")}
        id=${ids.id}
        aria-haspopup="listbox"
        aria-expanded=${open}
        aria-label=${name || "Choose"}
        aria-describedby=${ids.describedby}
        aria-invalid=${ids.invalid}
        data-testid=${`action-${element.action_id}`}
        data-autofocus=${element.focus_on_load || undefined}
        onClick=${() => setOpen(!open)}
        onKeyDown=${(event) => openByArrow(event, setOpen)}
      >
        <span class="select-shown">${shown}</span>
        <${Icon} name="down" size=${16} />
      </button>
      ${
        onClear &&
        html`
          <button type="button" class="icon-button select-clear" aria-label="Clear the choice" onClick=${onClear}>
            <${Icon} name="close" size=${14} />
          </button>
        `
      }
      ${
        open &&
        html`
          <${Popover} anchor=${box.current} onClose=${close} fit label="Options" className="select-popover">
            ${list(close)}
          <//>
        `
      }
    </div>
  `;
}

function openByArrow(event, setOpen) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  setOpen(true);
}

function Token({ value, onRemove }) {
  const entry = useEntryOf(value);
  return html`
    <span class="token">
      ${entry.user && html`<${Avatar} id=${entry.user} size=${20} />`}${entry.label}
      <button type="button" aria-label=${`Remove ${entry.label}`} onClick=${onRemove}>
        <${Icon} name="close" size=${12} />
      </button>
    </span>
  `;
}

function placeholderOf(element) {
  return emojiText(textString(element.placeholder));
}

/** What tells two chosen things apart: an option's value or an id. */
function keyOf(value) {
  return value && typeof value === "object" ? value.value : value;
}

/** Label (and user id) of an option object, a user id or a channel id. */
function useEntryOf(value) {
  const user = useStore((state) => (typeof value === "string" ? state.users[value] : undefined));
  const channel = useStore((state) => (typeof value === "string" ? state.channels[value] : undefined));
  const other = useStore((state) => (channel?.is_im ? state.users[channel.im_user] : undefined));
  if (user) return { label: user.real_name || user.name, user: user.id };
  if (channel) return other ? { label: other.real_name, user: other.id } : { label: `#${channel.name}` };
  return { label: value && typeof value === "object" ? emojiText(textString(value.text)) : String(value ?? "") };
}
