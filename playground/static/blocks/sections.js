// Text blocks: header, section with fields and accessory, context, divider.
import { html } from "../lib.js";
import { Text, textString } from "../mrkdwn/render.js";
import { Element } from "./element.js";
import { imageUrl, Picture } from "./media.js";

export function HeaderBlock({ block }) {
  return html`<h2 class="header-text"><${Text} value=${block.text} /></h2>`;
}

export function DividerBlock() {
  return html`<hr />`;
}

export function SectionBlock({ block }) {
  const { accessory } = block;
  return html`
    <div class="section">
      <div class="section-main">
        ${block.text && html`<div class="section-text"><${Text} value=${block.text} /></div>`}
        ${
          block.fields &&
          html`
            <div class="fields">
              ${block.fields.map(
                (field, index) => html`<div class="field" key=${index}><${Text} value=${field} /></div>`,
              )}
            </div>
          `
        }
      </div>
      ${
        accessory &&
        html`
          <div class=${`accessory accessory-${accessory.type}`}>
            ${
              accessory.type === "image"
                ? html`<${Picture} url=${imageUrl(accessory)} alt=${accessory.alt_text} className="accessory-image" />`
                : html`<${Element} block=${block} element=${accessory} />`
            }
          </div>
        `
      }
    </div>
  `;
}

export function ContextBlock({ block }) {
  return html`
    <div class="context">
      ${(block.elements ?? []).map((element, index) =>
        element.type === "image"
          ? html`
              <img
                key=${index}
                class="context-image"
                src=${imageUrl(element)}
                alt=${element.alt_text}
                title=${element.alt_text}
              />
            `
          : html`
              <span
                key=${index}
                class="context-text"
                title=${element.type === "plain_text" ? textString(element) : undefined}
              >
                <${Text} value=${element} />
              </span>
            `,
      )}
    </div>
  `;
}
