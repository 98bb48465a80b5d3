// Things that float beside what was clicked: placed in the browser's top layer, closed by Escape or a click elsewhere.
import { html, useEffect, useLayoutEffect, useRef } from "../lib.js";

const GAP = 4;
const EDGE = 8;

/** Floats its children beside `anchor` (an element). `align` end means right edges together; `fit` takes its width. */
export function Popover({
  anchor,
  onClose,
  align = "start",
  side = "bottom",
  fit = false,
  label,
  role = "dialog",
  className = "",
  children,
}) {
  const ref = useRef(null);
  useLayoutEffect(() => {
    const panel = ref.current;
    panel.showPopover?.();
    const settle = () => place(panel, anchor, { align, side, fit });
    settle();
    const watcher = new ResizeObserver(settle);
    watcher.observe(panel);
    window.addEventListener("resize", settle);
    window.addEventListener("scroll", settle, true);
    return () => {
      watcher.disconnect();
      window.removeEventListener("resize", settle);
      window.removeEventListener("scroll", settle, true);
    };
  }, [anchor, align, side, fit]);
  useDismiss(ref, anchor, onClose);
  return html`
    <div ref=${ref} popover="manual" class=${`popover ${className}`} role=${role} aria-label=${label}>${children}</div>
  `;
}

/** Calls `onClose` on Escape inside or outside, and on a press outside both the panel and its anchor. */
function useDismiss(ref, anchor, onClose) {
  useEffect(() => {
    const onPress = (event) => {
      if (!ref.current?.contains(event.target) && !anchor?.contains(event.target)) onClose();
    };
    const onKey = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
      anchor?.focus?.();
    };
    document.addEventListener("pointerdown", onPress, true);
    document.addEventListener("keydown", onKey, true);
    return () => {
      document.removeEventListener("pointerdown", onPress, true);
      document.removeEventListener("keydown", onKey, true);
    };
  });
}

function place(panel, anchor, { align, side, fit }) {
  const box = anchor?.isConnected
    ? anchor.getBoundingClientRect()
    : { left: EDGE, right: EDGE, top: EDGE, bottom: EDGE, width: 0 };
  if (fit) panel.style.minWidth = `${Math.max(box.width, 200)}px`;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = window.innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  const up = side === "top" ? above >= height || above > below : below < height && above > below;
  const left = align === "end" ? box.right - width : box.left;
  const top = up ? box.top - GAP - Math.min(height, above) : box.bottom + GAP;
  panel.style.maxHeight = `${Math.max(120, up ? above : below)}px`;
  panel.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
  panel.style.top = `${Math.max(EDGE, top)}px`;
}
