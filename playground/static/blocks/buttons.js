// Elements that are pressed: buttons, overflow menus, feedback and icon buttons.
import { cx, html } from "../lib.js";
import { Text, textString } from "../mrkdwn/render.js";
import { Icon } from "../components/icon.js";
import { MenuButton } from "../components/menu.js";
import { confirmed, useSurface } from "./surface.js";

/** A button; one with a url opens it and tells the app as well. */
export function ButtonElement({ block, element }) {
  const here = useSurface();
  const busy = here.isBusy(block, element);
  const press = async () => {
    if (!(await confirmed(element))) return;
    if (element.url) window.open(element.url, "_blank", "noopener,noreferrer");
    await here.click(block, element);
  };
  return html`
    <button
      type="button"
      class=${cx("button", element.style, busy && "busy")}
      disabled=${busy}
      aria-busy=${busy}
      data-testid=${`action-${element.action_id}`}
      aria-label=${element.accessibility_label || undefined}
      title=${element.accessibility_label || undefined}
      onClick=${press}
    >
      <${Text} value=${element.text} />
      ${element.url && html`<${Icon} name="external" size=${14} />`}
    </button>
  `;
}

export function OverflowElement({ block, element }) {
  const here = useSurface();
  const pick = async (option) => {
    if (!(await confirmed(element))) return;
    if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    await here.select(block, element, option.value);
  };
  const entries = () =>
    element.options.map((option) => ({
      label: textString(option.text),
      hint: textString(option.description),
      value: option.value,
      icon: option.url ? "external" : undefined,
      onSelect: () => pick(option),
    }));
  return html`
    <${MenuButton}
      entries=${entries}
      label="More actions"
      icon="more"
      className=${cx("button", "button-overflow", here.isBusy(block, element) && "busy")}
      align="start"
      testid=${`action-${element.action_id}`}
    />
  `;
}

/** Thumbs up and down under an answer; each sends its own value. */
export function FeedbackButtons({ block, element }) {
  const here = useSurface();
  const one = (option, fallback) =>
    option &&
    html`
      <button
        type="button"
        class="button button-icon"
        aria-label=${option.accessibility_label || textString(option.text) || fallback}
        onClick=${() => here.click(block, element, option.value)}
      >
        <${Text} value=${option.text} />
      </button>
    `;
  return html`
    <span data-testid=${`action-${element.action_id}`}>
      ${one(element.positive_button, "Good")}${one(element.negative_button, "Bad")}
    </span>
  `;
}

export function IconButton({ block, element }) {
  const here = useSurface();
  const press = async () => (await confirmed(element)) && here.click(block, element);
  return html`
    <button
      type="button"
      class="button button-icon"
      data-testid=${`action-${element.action_id}`}
      aria-label=${element.accessibility_label || textString(element.text)}
      title=${textString(element.text)}
      onClick=${press}
    >
      <${Icon} name=${element.icon === "trash" ? "trash" : "bolt"} />
    </button>
  `;
}
