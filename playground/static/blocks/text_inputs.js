// Fields that are typed into: text (one line or many), email, address, number, rich text.
import { html } from "../lib.js";
import { textString } from "../mrkdwn/render.js";
import { initialOf } from "./values.js";
import { useSurface } from "./surface.js";

const HTML_TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text" };

/** The value typed and how to keep it; the app is told on Enter or on every character if the block asks for it. */
function useTyping(block, element) {
  const here = useSurface();
  const touched = here.valueOf(block, element);
  const value = touched === undefined ? initialOf(element, here.sentOf(block, element)) : touched;
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = (moment, text) => {
    if (block.dispatch_action && when.includes(moment)) here.type(block, element, text, moment === "on_enter_pressed");
  };
  const keep = (text) => {
    here.setValue(block, element, text);
    tell("on_character_entered", text);
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || !block.dispatch_action) return;
    event.preventDefault();
    tell("on_enter_pressed", event.currentTarget.value);
  };
  return { value: value ?? "", keep, onKeyDown };
}

export function TextInput({ block, element, ids }) {
  const { value, keep, onKeyDown } = useTyping(block, element);
  const shared = {
    id: ids.id,
    value: String(value),
    placeholder: textString(element.placeholder),
    maxlength: element.max_length,
    "aria-describedby": ids.describedby,
    "aria-invalid": ids.invalid,
    "aria-label": ids.id ? undefined : textString(element.placeholder),
    "data-testid": `action-${element.action_id}`,
    "data-autofocus": element.focus_on_load || undefined,
    onInput: (event) => keep(event.currentTarget.value),
    onKeyDown,
  };
  const keyboard = element.is_decimal_allowed ? "decimal" : "numeric";
  const left = element.max_length ? element.max_length - [...String(value)].length : null;
  return html`
    <div class="text-input">
      ${
        element.multiline
          ? html`<textarea class="field-input" rows="4" ...${shared} />`
          : html`
              <input
                class="field-input"
                type=${HTML_TYPES[element.type]}
                inputmode=${element.type === "number_input" ? keyboard : undefined}
                autocomplete="off"
                ...${shared}
              />
            `
      }
      ${
        left !== null &&
        left <= Math.max(10, element.max_length / 5) &&
        html`<span class="left-count" aria-label=${`${left} characters left`}>${left}</span>`
      }
    </div>
  `;
}

/** Rich text is typed as plain text here and sent as one rich_text section per line. */
export function RichTextInput({ block, element, ids }) {
  const here = useSurface();
  const touched = here.valueOf(block, element);
  const value = touched === undefined ? initialOf(element, here.sentOf(block, element)) : touched;
  const keep = (event) => here.setValue(block, element, toRichText(event.currentTarget.value));
  return html`
    <textarea
      class="field-input"
      rows="5"
      id=${ids.id}
      aria-describedby=${ids.describedby}
      aria-invalid=${ids.invalid}
      placeholder=${textString(element.placeholder)}
      data-testid=${`action-${element.action_id}`}
      value=${fromRichText(value)}
      onInput=${keep}
    ></textarea>
  `;
}

function toRichText(text) {
  if (!text) return null;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

function fromRichText(value) {
  const flat = (element) => element.text ?? (element.elements ?? []).map(flat).join("");
  return value ? (value.elements ?? []).map(flat).join("\n") : "";
}
