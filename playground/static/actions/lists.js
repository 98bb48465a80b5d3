// What a live frame does to a list of messages.

/** A list with `message` put at its place by ts, replacing the one it repeats. */
function withMessage(list, message) {
  const at = list.findIndex((one) => one.ts === message.ts);
  if (at !== -1) return list.map((one, index) => (index === at ? message : one));
  let end = list.length;
  while (end > 0 && list[end - 1].ts > message.ts) end -= 1;
  return [...list.slice(0, end), message, ...list.slice(end)];
}

/** Ephemerals and messages that were never loaded may be changed too: only those on the list are. */
function changed(list, { type, message, ts }) {
  if (type === "message_changed")
    return list.map((one) => (one.ts === message.ts ? { ...message, ephemeral: one.ephemeral } : one));
  return type === "message_deleted" ? list.filter((one) => one.ts !== (ts ?? message.ts)) : list;
}

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast";
}

/** A channel's list after a frame of that channel. */
export function inChannel(list, frame) {
  if (frame.type === "message") return isReply(frame.message) ? list : withMessage(list, frame.message);
  return changed(list, frame);
}

/** The list of the thread `ts` after a frame of its channel. */
export function inThread(list, ts, frame) {
  const adds = frame.type === "message" || frame.type === "thread";
  if (adds) return frame.message.thread_ts === ts ? withMessage(list, frame.message) : list;
  return changed(list, frame);
}

/** Whether a frame of this kind adds to the channel itself. */
export function addsToChannel(frame) {
  return frame.type === "message" && !isReply(frame.message);
}
