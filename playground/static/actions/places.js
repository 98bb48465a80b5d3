// Where the person is: channel, app, thread, permalink; kept in the address so that back, reload and links work.
import { act, requestedUser } from "../api.js";
import { getState, until, update } from "../store.js";
import { loadMessages, loadThread, reveal } from "./messages.js";
import { attempt, toast } from "./toasts.js";

const ARRIVAL_MS = 2_000;

/** Channel id → its page. `ts` scrolls to that message, `thread` opens the thread it is in. */
export async function openChannel(id, { ts, thread, replace = false } = {}) {
  // A channel that was made a moment ago arrives over the live socket, perhaps after the answer that named it.
  await until((state) => Boolean(state.channels[id]), ARRIVAL_MS);
  const channel = getState().channels[id];
  if (!channel) {
    toast("That channel does not exist any more, or you are not in it.");
    return;
  }
  const arriving = getState().place?.id !== id;
  update((state) => ({
    place: { kind: "channel", id },
    drawer: false,
    thread: arriving && !thread ? null : state.thread,
    unreadFrom: arriving ? { ...state.unreadFrom, [id]: channel.unread ? channel.last_read : "" } : state.unreadFrom,
  }));
  remember(replace);
  await loadMessages(id);
  if (thread) await openThread(id, thread);
  if (ts) await reveal(id, thread ?? ts);
}

/** The app's own place: "home", "messages" or "about". */
export async function openApp(tab = "home", { replace = false } = {}) {
  update({ place: { kind: "app", tab }, drawer: false, thread: null });
  remember(replace);
  if (tab === "about") return;
  const answer = await attempt(() => act("home", { tab }));
  if (answer?.saw?.home) update({ home: answer.saw.home });
  if (tab === "messages" && answer?.channel) await loadMessages(answer.channel);
}

/** The direct channel with a person. */
export async function openDirect(userId) {
  const known = Object.values(getState().channels).find((one) => one.is_im && one.im_user === userId);
  const id = known?.id ?? (await createDirect(userId));
  if (id) await openChannel(id);
}

async function createDirect(userId) {
  const answer = await attempt(() => act("dm", { with: userId }));
  return answer?.channel ?? "";
}

export async function openThread(channel, ts) {
  update({ thread: { channel, ts, list: null } });
  await loadThread(channel, ts);
}

export function closeThread() {
  update({ thread: null });
}

/** A small card about a person, near what was clicked. */
export function openProfile(id, anchor) {
  update({ overlay: { kind: "profile", id, anchor } });
}

/** Opens a permalink of this playground in place; leaves every other link to the browser. */
export function openLink(url, event) {
  const target = parsePermalink(url);
  if (!target || !getState().channels[target.channel]) return;
  event.preventDefault();
  openChannel(target.channel, { ts: target.ts, thread: target.thread });
}

/** `…/archives/C…/p<ts without dot>?thread_ts=…` of this origin as {channel, ts, thread}; else null. */
export function parsePermalink(url) {
  let parsed;
  try {
    parsed = new URL(url, window.location.href);
  } catch {
    return null;
  }
  const match = /^\/archives\/([^/]+)(?:\/p(\d{10})(\d{6}))?/.exec(parsed.pathname);
  if (!match || parsed.host !== window.location.host) return null;
  const ts = match[2] ? `${match[2]}.${match[3]}` : undefined;
  return { channel: match[1], ts, thread: parsed.searchParams.get("thread_ts") ?? undefined };
}

/** The link to a message that "Copy link" gives. */
export function permalink(channel, message) {
  const base = `${window.location.origin}/archives/${channel}/p${message.ts.replace(".", "")}`;
  const inThread = message.thread_ts && message.thread_ts !== message.ts;
  return inThread ? `${base}?thread_ts=${message.thread_ts}&cid=${channel}` : base;
}

/** Opens what the address asks for, else where this person was, else #general. */
export async function openFromAddress() {
  const asked = parsePermalink(window.location.href);
  if (asked && getState().channels[asked.channel]) {
    await openChannel(asked.channel, { ...asked, replace: true });
    return;
  }
  const query = new URLSearchParams(window.location.search);
  if (query.get("app")) {
    await openApp(query.get("app"), { replace: true });
    return;
  }
  await openChannel(firstChannel(query.get("channel")), { replace: true });
}

function firstChannel(wanted) {
  const { channels } = getState();
  if (channels[wanted]) return wanted;
  const member = Object.values(channels).filter((channel) => channel.is_member && !channel.is_im);
  const byName =
    member.find((channel) => channel.name === wanted) ?? member.find((channel) => channel.name === "general");
  return (byName ?? member[0] ?? Object.values(channels)[0])?.id;
}

/** Puts the place into the address. */
function remember(replace) {
  const { place, me } = getState();
  const query = new URLSearchParams({ user: me?.id ?? requestedUser() });
  if (place.kind === "app") query.set("app", place.tab);
  else query.set("channel", place.id);
  const url = `/?${query}`;
  if (`${window.location.pathname}${window.location.search}` === url) return;
  window.history[replace ? "replaceState" : "pushState"]({}, "", url);
}
