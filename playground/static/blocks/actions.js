// Rows of interactive elements.
import { html } from "../lib.js";
import { Element } from "./element.js";

export function ActionsBlock({ block }) {
  return html`
    <div class="actions">
      ${(block.elements ?? []).map(
        (element, index) => html`<${Element} key=${element.action_id ?? index} block=${block} element=${element} />`,
      )}
    </div>
  `;
}

export function ContextActionsBlock({ block }) {
  return html`
    <div class="actions actions-small">
      ${(block.elements ?? []).map(
        (element, index) => html`<${Element} key=${element.action_id ?? index} block=${block} element=${element} />`,
      )}
    </div>
  `;
}
