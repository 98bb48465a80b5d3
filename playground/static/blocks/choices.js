// Checkboxes and radio buttons.
import { html } from "../lib.js";
import { Text } from "../mrkdwn/render.js";
import { useChoice } from "./surface.js";

export function CheckboxesElement({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const list = value ?? [];
  const toggle = (option) => {
    const without = list.filter((one) => one.value !== option.value);
    choose(without.length < list.length ? without : [...list, option]);
  };
  return html`
    <${Group} element=${element} ids=${ids} role="group">
      ${element.options.map(
        (option) => html`
          <${Choice}
            key=${option.value}
            kind="checkbox"
            option=${option}
            name=${element.action_id}
            checked=${list.some((one) => one.value === option.value)}
            onChange=${() => toggle(option)}
          />
        `,
      )}
    <//>
  `;
}

export function RadioElement({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const name = `${block.block_id}-${element.action_id}`;
  return html`
    <${Group} element=${element} ids=${ids} role="radiogroup">
      ${element.options.map(
        (option) => html`
          <${Choice}
            key=${option.value}
            kind="radio"
            option=${option}
            name=${name}
            checked=${value?.value === option.value}
            onChange=${() => choose(option)}
          />
        `,
      )}
    <//>
  `;
}

function Group({ element, ids, role, children }) {
  return html`
    <div
      class="choices"
      role=${role}
      id=${ids.id}
      aria-label=${ids.label || undefined}
      aria-describedby=${ids.describedby}
      data-testid=${`action-${element.action_id}`}
    >
      ${children}
    </div>
  `;
}

function Choice({ kind, option, name, checked, onChange }) {
  return html`
    <label class="choice" data-value=${option.value}>
      <input type=${kind} name=${name} checked=${checked} onChange=${onChange} />
      <span class="choice-text">
        <${Text} value=${option.text} />
        ${option.description && html`<small><${Text} value=${option.description} /></small>`}
      </span>
    </label>
  `;
}
