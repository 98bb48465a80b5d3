// rich_text: sections, lists, quotes and preformatted text, drawn literally.
import { html } from "../lib.js";
import { Emoji } from "../emoji.js";
import { Broadcast, ChannelLink, DateText, GroupMention, Link, UserMention } from "../mrkdwn/mentions.js";

export function RichTextBlock({ block }) {
  return html`
    <div class="rich-text">
      ${(block.elements ?? []).map((element, index) => html`<${Part} key=${index} element=${element} />`)}
    </div>
  `;
}

function Part({ element }) {
  const children = (element.elements ?? []).map((one, index) => html`<${Leaf} key=${index} element=${one} />`);
  const bar = element.border ? " rich-border" : "";
  switch (element.type) {
    case "rich_text_section":
      return html`<div class="rich-section">${children}</div>`;
    case "rich_text_quote":
      return html`<blockquote>${children}</blockquote>`;
    case "rich_text_preformatted":
      return html`<pre class=${bar.trim()} tabindex="0">${children}</pre>`;
    case "rich_text_list":
      return html`<${List} element=${element} bar=${bar} />`;
    default:
      return null;
  }
}

function List({ element, bar }) {
  const items = (element.elements ?? []).map((one, index) => html`<li key=${index}><${Part} element=${one} /></li>`);
  const indent = `rich-list indent-${Math.min(element.indent ?? 0, 8)}${bar}`;
  if (element.style === "ordered")
    return html`<ol class=${indent} start=${(element.offset ?? 0) + 1}>${items}</ol>`;
  return html`<ul class=${indent}>${items}</ul>`;
}

function Leaf({ element }) {
  return styled(element.style ?? {}, leafOf(element));
}

function leafOf(element) {
  switch (element.type) {
    case "text":
      return element.text;
    case "link":
      return html`<${Link} url=${element.url}>${element.text || element.url}<//>`;
    case "user":
      return html`<${UserMention} id=${element.user_id} />`;
    case "channel":
      return html`<${ChannelLink} id=${element.channel_id} />`;
    case "usergroup":
      return html`<${GroupMention} id=${element.usergroup_id} />`;
    case "broadcast":
      return html`<${Broadcast} range=${element.range} />`;
    case "emoji":
      return html`<${Emoji} name=${element.name} />`;
    case "date":
      return html`
        <${DateText}
          epoch=${element.timestamp}
          format=${element.format}
          url=${element.url}
          fallback=${element.fallback ?? ""}
        />
      `;
    case "color":
      return html`
        <span
          class="swatch"
          style=${`background:${/^#[0-9a-f]{3,8}$/i.test(element.value) ? element.value : "transparent"}`}
        />
        <code>${element.value}</code>
      `;
    default:
      return null;
  }
}

function styled(style, inner) {
  let out = inner;
  if (style.code)
    out = html`<code>${out}</code>`;
  if (style.bold)
    out = html`<strong>${out}</strong>`;
  if (style.italic)
    out = html`<em>${out}</em>`;
  if (style.strike)
    out = html`<del>${out}</del>`;
  if (style.underline)
    out = html`<u>${out}</u>`;
  return out;
}
