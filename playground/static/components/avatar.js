// Square pictures of people and apps: no image files, a colour and initials that are always the same for one person.
import { html } from "../lib.js";
import { emojiText } from "../emoji.js";
import { useStore } from "../store.js";

const COLOURS = ["#7c3085", "#1f6f6b", "#9c4a1a", "#2a5db0", "#8a2846", "#4d6b1f", "#5a4b8c", "#7a5b12"];

function colourOf(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  return COLOURS[sum % COLOURS.length];
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

/**
 * The picture of a user id, or of the custom `name` and `icons` of a message; purely decorative, the name stands beside
 * it.
 */
export function Avatar({ id, name, size = 36, icons }) {
  const user = useStore((state) => state.users[id]);
  const isApp = useStore((state) => id === state.app?.bot_user_id);
  const style = `width:${size}px;height:${size}px;font-size:${Math.round(size * 0.4)}px`;
  if (icons?.image_48)
    return html`<img class="avatar" src=${icons.image_48} alt="" style=${style} />`;
  if (icons?.emoji)
    return html`<span class="avatar avatar-emoji" style=${style} aria-hidden="true">${emojiText(icons.emoji)}</span>`;
  if (isApp && !name)
    return html`<span class="avatar avatar-app" style=${style} aria-hidden="true"><${Wheel} /></span>`;
  const shown = name ?? (user ? user.real_name || user.name : (id ?? "?"));
  return html`
    <span
      class="avatar"
      style=${`${style};background:${colourOf(name ?? id ?? "?")}`}
      data-initials=${initials(shown)}
      aria-hidden="true"
    ></span>
  `;
}

/** A ship's wheel, for the app at the helm. */
function Wheel() {
  return html`
    <svg
      viewBox="0 0 64 64"
      width="72%"
      height="72%"
      fill="none"
      stroke="currentColor"
      stroke-width="4"
      stroke-linecap="round"
    >
      <circle cx="32" cy="32" r="13" />
      <path d="M32 7v50M7 32h50M14.500 14.500l35 35M49.500 14.500l-35 35" />
      <circle cx="32" cy="32" r="4" fill="currentColor" />
    </svg>
  `;
}
