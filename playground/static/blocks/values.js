// How the value of each element type is named in payloads, preset by blocks, and sent to the control API.
import { getState } from "../store.js";

// element type → [field of its state, field of its preset, empty value]
const OPTION = ["selected_option", "initial_option", null];
const TEXT = ["value", "initial_value", null];
const SHAPES = {
  plain_text_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  number_input: TEXT,
  rich_text_input: ["rich_text_value", "initial_value", null],
  static_select: OPTION,
  external_select: OPTION,
  radio_buttons: OPTION,
  checkboxes: ["selected_options", "initial_options", []],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  users_select: ["selected_user", "initial_user", null],
  multi_users_select: ["selected_users", "initial_users", []],
  channels_select: ["selected_channel", "initial_channel", null],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  conversations_select: ["selected_conversation", "initial_conversation", null],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  datepicker: ["selected_date", "initial_date", null],
  timepicker: ["selected_time", "initial_time", null],
  file_input: ["files", "", []],
  datetimepicker: ["selected_date_time", "initial_date_time", null],
};

/** What an untouched element shows: what the server holds (`sent`, an entry of state.values), else its preset. */
export function initialOf(element, sent) {
  const [field, preset, empty] = SHAPES[element.type] ?? TEXT;
  if (sent && field in sent) return sent[field] ?? empty;
  if (element[preset] !== undefined) return element[preset];
  if (!element.default_to_current_conversation) return empty;
  const { place } = getState();
  return Array.isArray(empty) ? [place.id].filter(Boolean) : (place.id ?? null);
}

/** A kept value as the control API takes it: options by value (whole where only the app knows them), else as it is. */
export function toWire(element, value) {
  if (element.type === "file_input") return value.map((file) => file.id);
  if (Array.isArray(value)) return value.map((one) => toWire(element, one));
  if (!value || typeof value !== "object" || !("value" in value)) return value;
  return element.type.includes("external") ? { text: value.text, value: value.value } : value.value;
}
