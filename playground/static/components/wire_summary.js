// What an entry of the inspector is about, in a few words beside its title. Pure but for names from the store.
import { getState } from "../store.js";

const LONGEST = 90;

/** "#alerts · “Critical: 31 %…” · 3 ms" for a call, "/slo status · Ana Ruiz" for an envelope, else "". */
export function summaryOf({ kind, detail }) {
  if (kind === "call") return joined(ofCall(detail));
  return ["envelope", "event"].includes(kind) ? joined(ofPayload(detail?.payload ?? detail)) : "";
}

function joined(parts) {
  return parts.filter(Boolean).join(" · ");
}

function ofCall(detail) {
  const { channel, text, user_id: user, view, name } = detail?.args ?? {};
  const ms = Number.isFinite(detail?.ms) ? `${detail.ms} ms` : "";
  return [place(channel), person(user), name, view?.callback_id, quoted(text), ms];
}

function ofPayload(payload) {
  if (!payload) return [];
  const { command, text, user_id: id, user, actions, view, callback_id: callback, type, event } = payload;
  if (command) return [`${command} ${text}`.trim(), person(id), place(payload.channel_id)];
  if (event) return [event.type, person(event.user), place(event.channel), quoted(event.text)];
  if (!type) return [];
  const elements = (actions ?? []).map((action) => action.action_id).join(", ");
  return [type, elements || callback || view?.callback_id, person(user?.id)];
}

function place(id) {
  const channel = typeof id === "string" ? getState().channels[id] : null;
  return channel && !channel.is_im ? `#${channel.name}` : typeof id === "string" ? id : "";
}

function person(id) {
  return getState().users[id]?.real_name ?? "";
}

function quoted(text) {
  if (typeof text !== "string" || !text) return "";
  const line = text.replace(/\s+/g, " ");
  return `“${line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line}”`;
}
