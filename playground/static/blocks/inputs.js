// The input block: label, element, hint, and the error the app answered with.
import { cx, html } from "../lib.js";
import { Icon } from "../components/icon.js";
import { Text, textString } from "../mrkdwn/render.js";
import { Element } from "./element.js";
import { useSurface } from "./surface.js";

const GROUPED = ["checkboxes", "radio_buttons", "datetimepicker", "multi_static_select"];

export function InputBlock({ block }) {
  const here = useSurface();
  const element = block.element ?? {};
  const error = here.errors[block.block_id];
  const id = `in-${block.block_id}-${element.action_id}`;
  const hintId = block.hint ? `${id}-hint` : "";
  const errorId = error ? `${id}-error` : "";
  const ids = {
    id,
    label: textString(block.label),
    describedby: [hintId, errorId].filter(Boolean).join(" ") || undefined,
    invalid: error ? "true" : undefined,
  };
  const heading = html`
    <${Text} value=${block.label} />
    ${block.optional && html`<span class="optional">(optional)</span>`}
  `;
  return html`
    <div class=${cx("input-block", error && "input-wrong")}>
      ${
        GROUPED.includes(element.type)
          ? html`<div class="input-label">${heading}</div>`
          : html`<label class="input-label" for=${id}>${heading}</label>`
      }
      <${Element} block=${block} element=${element} ids=${ids} />
      ${
        error &&
        html`
          <p class="input-error" id=${errorId} role="alert">
            <${Icon} name="warn" size=${16} />
            ${error}
          </p>
        `
      }
      ${block.hint && html`<p class="input-hint" id=${hintId}><${Text} value=${block.hint} /></p>`}
    </div>
  `;
}
