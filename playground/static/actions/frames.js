// What each live frame does to the state. Unknown frames are left alone, so that the server may learn new ones first.
import { getState, update, updateIn } from "../store.js";
import { addsToChannel, inChannel, inThread } from "./lists.js";
import { note } from "./meanwhile.js";
import { boot } from "./session.js";
import { toast } from "./toasts.js";
import { openFromAddress } from "./places.js";

const HANDLERS = {
  channel: ({ channel }) => updateIn("channels", channel.id, channel),
  channel_gone: ({ id }) => channelGone(id),
  message: changeMessages,
  message_changed: changeMessages,
  message_deleted: changeMessages,
  thread: changeMessages,
  assistant: ({ channel, ts, assistant }) => changeAssistant(channel, ts, assistant),
  views: ({ views }) => showViews(views),
  view_errors: ({ view_id, errors }) => updateIn("viewErrors", view_id, errors ?? {}),
  home: ({ view }) => update({ home: view }),
  app: ({ connected }) => update((state) => ({ app: { ...state.app, connected } })),
  toast: ({ level, text }) => toast(text, level),
  usergroups: ({ usergroups }) => update({ usergroups }),
  user: ({ user }) => updateIn("users", user.id, user),
  reset: () => startOver(),
};

export function applyFrame(frame) {
  note(frame);
  HANDLERS[frame.type]?.(frame);
}

function changeMessages(frame) {
  const { messages, thread } = getState();
  const known = messages[frame.channel];
  if (known) updateIn("messages", frame.channel, { ...known, list: inChannel(known.list, frame) });
  if (thread?.channel === frame.channel && thread.list)
    update({ thread: { ...thread, list: inThread(thread.list, thread.ts, frame) } });
  if (addsToChannel(frame)) countUnread(frame.channel, frame.message);
}

function changeAssistant(channel, ts, assistant) {
  const { thread } = getState();
  if (thread?.channel === channel && thread.ts === ts) update({ thread: { ...thread, assistant } });
}

/** What the boot document counted goes on being counted here, message by message, until the channel is read. */
function countUnread(id, message) {
  const { channels, me } = getState();
  const channel = channels[id];
  if (!channel?.is_member || message.ephemeral || message.user === me.id || message.ts <= channel.last_read) return;
  const mentions = channel.mentions + (calls(channel, message) ? 1 : 0);
  updateIn("channels", id, { ...channel, unread: channel.unread + 1, mentions });
}

/** Whether a message calls this person: by name, by group, with everyone, or in a direct message. */
function calls(channel, message) {
  const { me, usergroups } = getState();
  const mine = usergroups.filter((group) => group.users.includes(me.id)).map((group) => `<!subteam^${group.id}`);
  const signs = [`<@${me.id}`, "<!channel", "<!here", "<!everyone", ...mine];
  return channel.is_im || channel.is_mpim || signs.some((sign) => message.text?.includes(sign));
}

/** The whole modal stack; what was typed into views that are gone is forgotten. */
function showViews(views) {
  const open = new Set(views.map((view) => view.id));
  const kept = (map) => Object.fromEntries(Object.entries(map).filter(([id]) => open.has(id)));
  update((state) => ({ views, forms: kept(state.forms), viewErrors: kept(state.viewErrors) }));
}

function channelGone(id) {
  const { [id]: _gone, ...channels } = getState().channels;
  update({ channels });
  if (getState().place?.id === id) openFromAddress();
}

async function startOver() {
  update({ messages: {}, thread: null, views: [], forms: {}, viewErrors: {}, hidden: {}, toasts: [] });
  await boot();
}
