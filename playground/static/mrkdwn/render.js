// Draws mrkdwn nodes: mentions look up their names in the store, times are shown in the viewer's zone.
import { html, useMemo } from "../lib.js";
import { Emoji, withEmoji } from "../emoji.js";
import { formatDateToken } from "../time.js";
import { decode, parse, parseLine } from "./parse.js";
import { Broadcast, ChannelLink, DateText, GroupMention, Link, UserMention } from "./mentions.js";

const WRAPPERS = {
  b: (children) => html`<strong>${children}</strong>`,
  i: (children) => html`<em>${children}</em>`,
  s: (children) => html`<del>${children}</del>`,
  code: (children) => html`<code>${children}</code>`,
  pre: (children) => html`<pre tabindex="0">${children}</pre>`,
  quote: (children) => html`<blockquote>${children}</blockquote>`,
};

/** mrkdwn `text`; `verbatim` as in a text object. */
export function Mrkdwn({ text, verbatim = false }) {
  const nodes = useMemo(() => parse(text, { verbatim }), [text, verbatim]);
  return draw(nodes);
}

/** A topic, or a notice about the channel: nothing in it is formatted, and nothing rings. */
export function Line({ text }) {
  const nodes = useMemo(() => parseLine(text), [text]);
  return nodes.map((node) => (node.t === "broadcast" ? `@${node.range}` : drawNode(node)));
}

/** The same as one string. */
export function lineString(text) {
  return flatten(parseLine(text));
}

function draw(nodes) {
  return nodes.map(drawNode);
}

function drawNode(node) {
  if (node.t === "text") return node.v;
  if (node.t === "br")
    return html`<br />`;
  if (WRAPPERS[node.t]) return WRAPPERS[node.t](draw(node.c));
  switch (node.t) {
    case "emoji":
      return html`<${Emoji} name=${node.name} />`;
    case "link":
      return html`<${Link} url=${node.url}>${draw(node.c)}<//>`;
    case "user":
      return html`<${UserMention} id=${node.id} label=${node.label} />`;
    case "channel":
      return html`<${ChannelLink} id=${node.id} name=${node.name} label=${node.label} />`;
    case "group":
      return html`<${GroupMention} id=${node.id} label=${node.label} />`;
    case "broadcast":
      return html`<${Broadcast} range=${node.range} />`;
    default:
      return html`<${DateText} epoch=${node.epoch} format=${node.format} url=${node.url} fallback=${node.fallback} />`;
  }
}

/** A text object ({type: mrkdwn | plain_text, text, verbatim, emoji}) or a bare string taken as plain text. */
export function Text({ value }) {
  if (!value) return null;
  if (typeof value === "string") return value;
  if (value.type === "mrkdwn")
    return html`<${Mrkdwn} text=${value.text} verbatim=${value.verbatim} />`;
  return plainText(value);
}

/** A plain_text object: no markup but emoji, line breaks kept. */
export function plainText(value) {
  const text = decode(String(value.text ?? ""));
  return html`<span class="plain">${value.emoji === false ? text : withEmoji(text)}</span>`;
}

/** The same text as one string, for titles, options and labels of controls. */
export function textString(value) {
  if (!value) return "";
  if (typeof value === "string") return value;
  if (value.type !== "mrkdwn") return decode(String(value.text ?? ""));
  return flatten(parse(value.text, { verbatim: true }));
}

function flatten(nodes) {
  return nodes.map((node) => node.v ?? (node.c ? flatten(node.c) : wordOf(node))).join("");
}

function wordOf(node) {
  if (node.t === "br") return " ";
  if (node.t === "emoji") return `:${node.name}:`;
  if (node.t === "date") return formatDateToken(node.epoch, node.format) ?? node.fallback;
  return node.label || node.name || node.range || node.id || "";
}
