// Menus worked by mouse or arrow keys.
import { cx, html, useEffect, useRef, useState } from "../lib.js";
import { Icon } from "./icon.js";
import { Popover } from "./popover.js";

/**
 * Entries: {label, icon?, onSelect, danger?, hint?, testid?} or {heading} or {divider: true}; false ones are left out.
 * Focus starts on the first entry and goes back to the anchor when the menu closes.
 */
export function Menu({ anchor, entries, onClose, align, side, label = "Menu" }) {
  const ref = useRef(null);
  useEffect(() => {
    ref.current.querySelector("[role=menuitem]")?.focus();
  }, []);
  const choose = (entry) => {
    onClose();
    anchor?.focus?.();
    entry.onSelect();
  };
  return html`
    <${Popover}
      anchor=${anchor}
      onClose=${onClose}
      align=${align}
      side=${side}
      className="menu-popover"
      role="presentation"
    >
      <div
        class="menu"
        role="menu"
        aria-label=${label}
        ref=${ref}
        onKeyDown=${(event) => moveFocus(event, ref.current, "[role=menuitem]", onClose)}
      >
        ${entries.filter(Boolean).map(
          (entry, index) => html`<${Entry} key=${index} entry=${entry} choose=${choose} />`,
        )}
      </div>
    <//>
  `;
}

function Entry({ entry, choose }) {
  if (entry.divider)
    return html`<div class="menu-divider" role="separator" />`;
  if (entry.heading)
    return html`<div class="menu-heading" role="presentation">${entry.heading}</div>`;
  return html`
    <button
      type="button"
      role="menuitem"
      tabindex="-1"
      class=${cx("menu-entry", entry.danger && "menu-danger")}
      data-testid=${entry.testid}
      data-value=${entry.value}
      onClick=${() => choose(entry)}
      onPointerEnter=${(event) => event.currentTarget.focus({ preventScroll: true })}
    >
      ${entry.icon && html`<${Icon} name=${entry.icon} />`}
      <span class="menu-label">
        ${entry.label}${entry.hint && html`<small>${entry.hint}</small>`}
      </span>
    </button>
  `;
}

/** Arrow keys, Home and End move among the elements of `selector`; Tab leaves. */
export function moveFocus(event, root, selector, onLeave) {
  const items = [...root.querySelectorAll(selector)];
  const at = items.indexOf(document.activeElement);
  const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key === "Tab") onLeave?.();
  if (!(event.key in targets) || !items.length) return;
  event.preventDefault();
  items[(targets[event.key] + items.length) % items.length].focus();
}

/** A button that opens a menu; `entries` may be a function, asked when the menu opens. */
export function MenuButton({
  entries,
  label,
  icon = "more",
  className = "icon-button",
  align = "end",
  side,
  children,
  testid,
  disabled,
}) {
  const ref = useRef(null);
  const [open, setOpen] = useState(false);
  const list = () => (typeof entries === "function" ? entries() : entries);
  return html`
    <button
      ref=${ref}
      type="button"
      class=${className}
      aria-haspopup="menu"
      aria-expanded=${open}
      aria-label=${label}
      title=${label}
      data-testid=${testid}
      disabled=${disabled}
      onClick=${() => setOpen(!open)}
    >
      ${
        children ??
        html`<${Icon} name=${icon} />`
      }
    </button>
    ${
      open &&
      html`
        <${Menu}
          anchor=${ref.current}
          entries=${list()}
          onClose=${() => setOpen(false)}
          align=${align}
          side=${side}
          label=${label}
        />
      `
    }
  `;
}
