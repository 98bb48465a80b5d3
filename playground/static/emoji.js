// Slack's emoji shortcodes to characters, from the vendored table; unknown codes stay as they are typed.
import { EMOJI_DATA } from "./vendor/emoji-data.js";
import { html } from "./lib.js";

const SKIN_TONES = { 2: "\u{1F3FB}", 3: "\u{1F3FC}", 4: "\u{1F3FD}", 5: "\u{1F3FE}", 6: "\u{1F3FF}" };

/** Categories in Slack's order: [{title, emoji: [{name, char}]}]. */
export const EMOJI_CATEGORIES = Object.entries(EMOJI_DATA).map(([title, line]) => ({
  title,
  emoji: line.split("|").map((entry) => {
    const [names, char] = entry.split(" ");
    return { name: names.split(",")[0], names: names.split(","), char };
  }),
}));

const ALL = EMOJI_CATEGORIES.flatMap((category) => category.emoji);
const CHARS = new Map(ALL.flatMap((one) => one.names.map((name) => [name, one.char])));

/** The reactions a team of engineers reaches for first. */
export const USUAL_REACTIONS = [
  "white_check_mark",
  "eyes",
  "raised_hands",
  "+1",
  "tada",
  "heart",
  "joy",
  "thinking_face",
];

/** `:name:` at the start of `text` (with an optional skin tone) → {name, char, length}, or null when not an emoji. */
export function emojiAt(text, from = 0) {
  const pattern = /:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?/y;
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  const char = match && emojiChar(match[1]);
  if (!char) return null;
  return { name: match[1], char: char + (SKIN_TONES[match[2]] ?? ""), length: match[0].length };
}

/** The character of a shortcode without colons ("+1", "wave::skin-tone-3"), or "" when there is none. */
export function emojiChar(name) {
  const [base, tone] = String(name).split("::skin-tone-");
  const char = CHARS.get(base);
  return char ? char + (SKIN_TONES[tone] ?? "") : "";
}

/** Emoji whose names hold `query`, those that begin with it first. */
export function findEmoji(query, limit = 60) {
  const wanted = query.toLowerCase().replace(/^:|:$/g, "");
  const begins = ALL.filter((one) => one.names.some((name) => name.startsWith(wanted)));
  const holds = ALL.filter((one) => !begins.includes(one) && one.names.some((name) => name.includes(wanted)));
  return [...begins, ...holds].slice(0, limit);
}

/** One emoji: its shortcode is its name for screen readers and its tooltip. */
export function Emoji({ name }) {
  const char = emojiChar(name);
  if (!char)
    return html`<span class="emoji-unknown">:${name}:</span>`;
  return html`
    <span class="emoji" role="img" aria-label=${`${name.replace(/_/g, " ")} emoji`} title=${`:${name}:`}>${char}</span>
  `;
}

/** Text whose `:shortcodes:` are drawn; everything else stays literal. */
export function withEmoji(text) {
  const out = [];
  let literal = "";
  for (let at = 0; at < text.length;) {
    const found = text[at] === ":" ? emojiAt(text, at) : null;
    if (!found) {
      literal += text[at];
      at += 1;
      continue;
    }
    if (literal) out.push(literal);
    literal = "";
    out.push(html`<${Emoji} name=${text.slice(at + 1, at + found.length - 1)} />`);
    at += found.length;
  }
  if (literal) out.push(literal);
  return out;
}

/** The same as plain characters, where no element can stand (options, titles, placeholders). */
export function emojiText(text) {
  return String(text ?? "").replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emojiChar(name) || whole);
}
