// Messages of channels and threads: loading, paging, reading, and what a person does to them.
import { act, read } from "../api.js";
import { getState, update, updateIn } from "../store.js";
import { inChannel, inThread } from "./lists.js";
import { withFrames } from "./meanwhile.js";
import { attempt, toast } from "./toasts.js";

const PAGE = 60;
const LONG_PAGE = 500;

/** Loads the newest messages of a channel unless it has them. */
export async function loadMessages(channel, { fresh = false } = {}) {
  const known = getState().messages[channel];
  if (known && !fresh) return;
  if (!known) updateIn("messages", channel, { list: [], hasMore: false, loading: true, problem: "" });
  await fetchPage(channel, PAGE, undefined, []);
}

/** Loads the page before the oldest message known. */
export async function loadOlder(channel, size = PAGE) {
  const known = getState().messages[channel];
  if (!known || known.loading || !known.hasMore) return;
  updateIn("messages", channel, { ...known, loading: true });
  await fetchPage(channel, size, known.list[0]?.ts, null);
}

async function fetchPage(channel, limit, before, base) {
  try {
    const [answer, since] = await withFrames(channel, () => read("messages", { channel, limit, before }));
    const known = base ?? getState().messages[channel].list;
    const first = known[0]?.ts;
    const older = first ? answer.messages.filter((one) => one.ts < first) : answer.messages;
    updateIn("messages", channel, {
      list: since.reduce(inChannel, [...older, ...known]),
      hasMore: answer.has_more,
      loading: false,
      problem: "",
    });
  } catch (problem) {
    const known = getState().messages[channel] ?? { list: [] };
    updateIn("messages", channel, { ...known, hasMore: false, loading: false, problem: problem.message });
  }
}

/** Makes sure a message is loaded, then asks the list to scroll to it and mark it. */
export async function reveal(channel, ts) {
  const isLoaded = () => getState().messages[channel]?.list.some((one) => one.ts === ts);
  while (!isLoaded() && getState().messages[channel]?.hasMore) await loadOlder(channel, LONG_PAGE);
  if (!isLoaded()) {
    toast("That message is gone, or you cannot see it.", "info");
    return;
  }
  update((state) => ({ jump: { channel, ts, n: (state.jump?.n ?? 0) + 1 } }));
}

export async function loadThread(channel, ts) {
  const [answer, since] = await withFrames(channel, () => attempt(() => read("thread", { channel, ts })));
  const open = getState().thread;
  if (open?.channel !== channel || open.ts !== ts) return;
  const assistant = (open.list ? null : open.assistant) ?? answer?.assistant; // a frame may have come meanwhile
  const list = since.reduce((messages, frame) => inThread(messages, ts, frame), answer?.messages ?? []);
  update({ thread: answer ? { channel, ts, list, assistant } : null });
}

/** Tells the server how far this person has read. */
export async function markRead(channel, ts) {
  const known = getState().channels[channel];
  if (!known?.is_member || (known.last_read >= ts && !known.unread)) return;
  updateIn("channels", channel, { ...known, last_read: ts, unread: 0, mentions: 0 });
  await attempt(() => act("read", { channel, ts }));
}

/** Sends a slash command or a message; `broadcast` shows a reply in the channel too. True when it went out. */
export async function send(channel, typed, threadTs, broadcast = false) {
  const command = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/.exec(typed.trimEnd());
  if (command && threadTs) {
    toast(`${command[1]} is not supported in threads. Sorry!`);
    return false;
  }
  const answer = command
    ? await attempt(() => act("command", { channel, command: command[1], text: (command[2] ?? "").trim() }))
    : await attempt(() => act("message", { channel, text: typed.trim(), thread_ts: threadTs, broadcast }));
  return answer !== null;
}

export const react = (channel, ts, name, remove) => attempt(() => act("react", { channel, ts, name, remove }));
export const pin = (channel, ts, remove) => attempt(() => act("pin", { channel, ts, remove }));
export const edit = (channel, ts, typed) => attempt(() => act("edit", { channel, ts, text: typed }));
export const remove = (channel, ts) => attempt(() => act("delete", { channel, ts }));
export const runShortcut = (callbackId, where = {}) =>
  attempt(() => act("shortcut", { callback_id: callbackId, ...where }));

/** Hides an ephemeral message in this window; Slack keeps none of them anyway. */
export function dismissEphemeral(ts) {
  updateIn("hidden", ts, true);
}
