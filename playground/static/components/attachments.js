// Secondary attachments of older apps: a coloured bar with text, fields or blocks.
import { html } from "../lib.js";
import { Blocks } from "../blocks/block.js";
import { Picture } from "../blocks/media.js";
import { Link } from "../mrkdwn/mentions.js";
import { Mrkdwn } from "../mrkdwn/render.js";

const NAMED = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

function barColour(colour) {
  if (NAMED[colour]) return NAMED[colour];
  return /^#?[0-9a-f]{6}$/i.test(colour ?? "") ? `#${colour.replace("#", "")}` : "#9e9ea6";
}

export function Attachments({ attachments, surface }) {
  return attachments.map(
    (one, index) => html`<${Attachment} key=${one.id ?? index} attachment=${one} surface=${surface} />`,
  );
}

function Attachment({ attachment: one, surface }) {
  const title = one.title_link
    ? html`<${Link} url=${one.title_link}>${one.title}<//>`
    : one.title;
  return html`
    ${one.pretext && html`<div class="message-text"><${Mrkdwn} text=${one.pretext} /></div>`}
    <div class="attachment" style=${`border-left-color:${barColour(one.color)}`}>
      ${one.author_name && html`<div class="attachment-author">${one.author_name}</div>`}
      ${one.title && html`<strong>${title}</strong>`}
      ${
        one.blocks
          ? html`<${Blocks} blocks=${one.blocks} surface=${surface} />`
          : one.text &&
            html`<div class="message-text"><${Mrkdwn} text=${one.text} /></div>`
      }
      ${
        one.fields &&
        html`
          <div class="fields">
            ${one.fields.map(
              (field, index) => html`
                <div class="field" key=${index}>
                  <strong>${field.title}</strong>
                  <br />
                  <${Mrkdwn} text=${field.value} />
                </div>
              `,
            )}
          </div>
        `
      }
      ${one.image_url && html`<${Picture} url=${one.image_url} alt=${one.fallback ?? one.title ?? "picture"} />`}
      ${one.footer && html`<div class="attachment-footer">${one.footer}</div>`}
    </div>
  `;
}
