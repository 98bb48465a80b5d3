// One interactive element of any type: looks up who draws it.
import { html } from "../lib.js";
import { ButtonElement, FeedbackButtons, IconButton, OverflowElement } from "./buttons.js";
import { CheckboxesElement, RadioElement } from "./choices.js";
import { DateElement, DateTimeElement, TimeElement } from "./pickers.js";
import { FileInput } from "./file_input.js";
import { ManySelect, OneSelect } from "./selects.js";
import { RichTextInput, TextInput } from "./text_inputs.js";

const DRAWN = {
  button: ButtonElement,
  workflow_button: ButtonElement,
  overflow: OverflowElement,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
  checkboxes: CheckboxesElement,
  radio_buttons: RadioElement,
  datepicker: DateElement,
  timepicker: TimeElement,
  datetimepicker: DateTimeElement,
  plain_text_input: TextInput,
  email_text_input: TextInput,
  url_text_input: TextInput,
  number_input: TextInput,
  rich_text_input: RichTextInput,
  file_input: FileInput,
};

/** `ids` ({id, labelledby, describedby}) ties an input block's label, hint and error to its element. */
export function Element({ block, element, ids = {} }) {
  const Drawn = DRAWN[element.type] ?? selectFor(element.type);
  if (!Drawn)
    return html`<span class="block-unknown">An element of type “${element.type}”: this page does not draw it.</span>`;
  return html`<${Drawn} block=${block} element=${element} ids=${ids} />`;
}

function selectFor(type) {
  if (!/_select$/.test(type)) return null;
  return type.startsWith("multi_") ? ManySelect : OneSelect;
}
