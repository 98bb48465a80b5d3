// A dialog over the page: keeps the keyboard inside, closes by Escape, gives the focus back.
import { html, useEffect, useRef } from "../lib.js";
import { Icon } from "./icon.js";

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select, [tabindex='0']";

// Where the focus was on the page: a page that goes inert drops it before a dialog can ask.
let lastOnPage = null;
document.addEventListener("focusin", (event) => {
  if (!event.target.closest("[aria-modal=true]")) lastOnPage = event.target;
});

/** Focus goes to [data-autofocus], else to the first field, else to `ref`; and back to where it was at the end. */
export function useFocusHome(ref) {
  useEffect(() => {
    const before = document.activeElement === document.body ? lastOnPage : document.activeElement;
    const root = ref.current;
    const first =
      root.querySelector("[data-autofocus]") ?? root.querySelector("input, textarea, .select-button") ?? root;
    first.focus({ preventScroll: true });
    return () => {
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
}

/** Keeps Tab inside `ref` and sends Escape to `onClose`, but only while no other dialog lies above it. */
export function useModalKeys(ref, onClose) {
  useEffect(() => {
    const onKey = (event) => {
      if ([...document.querySelectorAll("[aria-modal=true]")].at(-1) !== ref.current) return;
      if (event.key === "Tab") wrap(event, ref.current);
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      onClose();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}

function wrap(event, root) {
  const items = [...root.querySelectorAll(FOCUSABLE)].filter(
    (item) => item.tabIndex >= 0 && item.offsetParent !== null,
  );
  if (!items.length) return;
  const edge = event.shiftKey ? items[0] : items.at(-1);
  if (document.activeElement !== edge && root.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? items.at(-1) : items[0]).focus();
}

/** The grey veil and the box on it; a press on the veil is `onClose`, as is Escape. */
export function Dialog({
  title,
  onClose,
  className = "",
  testid,
  footer,
  children,
  onBack,
  closeTestid = "dialog-close",
}) {
  const ref = useRef(null);
  useFocusHome(ref);
  useModalKeys(ref, onClose);
  return html`
    <div class="veil" onPointerDown=${(event) => event.target === event.currentTarget && onClose()}>
      <div
        ref=${ref}
        class=${`dialog ${className}`}
        role="dialog"
        aria-modal="true"
        aria-label=${title}
        tabindex="-1"
        data-testid=${testid}
      >
        <header class="dialog-head">
          ${
            onBack &&
            html`
              <button type="button" class="icon-button" aria-label="Back" onClick=${onBack}>
                <${Icon} name="left" />
              </button>
            `
          }
          <h2>${title}</h2>
          <button type="button" class="icon-button" aria-label="Close" data-testid=${closeTestid} onClick=${onClose}>
            <${Icon} name="close" />
          </button>
        </header>
        <div class="dialog-body">${children}</div>
        ${footer && html`<footer class="dialog-foot">${footer}</footer>`}
      </div>
    </div>
  `;
}

/** Asks before something is done; `confirm` is Slack's confirm object as strings. */
export function ConfirmDialog({ title, text, yes, no, danger, onAnswer }) {
  const footer = html`
    <button type="button" class="button" data-testid="confirm-no" onClick=${() => onAnswer(false)}>${no}</button>
    <button
      type="button"
      class=${danger ? "button danger" : "button primary"}
      data-testid="confirm-yes"
      data-autofocus
      onClick=${() => onAnswer(true)}
    >
      ${yes}
    </button>
  `;
  return html`
    <${Dialog}
      title=${title}
      className="dialog-confirm"
      testid="confirm"
      onClose=${() => onAnswer(false)}
      footer=${footer}
    >
      ${text}
    <//>
  `;
}
