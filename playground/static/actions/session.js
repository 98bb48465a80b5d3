// Starting up, and starting again after the connection was lost: everything the server knows, in one go.
import { read } from "../api.js";
import { getState, update } from "../store.js";
import { loadMessages, loadThread } from "./messages.js";
import { openFromAddress } from "./places.js";

const byId = (list) => Object.fromEntries((list ?? []).map((one) => [one.id, one]));

/** Reads the boot document; the first time it also opens the place the address asks for. */
export async function boot() {
  const answer = await read("boot");
  const first = !getState().me;
  window.sessionStorage.setItem("user", answer.me.id);
  update({
    status: "live",
    problem: "",
    me: answer.me,
    team: answer.team,
    users: byId(answer.users),
    channels: byId(answer.channels),
    usergroups: answer.usergroups ?? [],
    commands: answer.commands ?? [],
    shortcuts: answer.shortcuts ?? [],
    features: answer.features ?? {},
    app: answer.app,
    panel: answer.panel ?? null,
    home: answer.home ?? null,
    views: answer.views ?? [],
  });
  if (first) await openFromAddress();
  else await refresh();
}

/** What was on screen while the connection was away may be old: fetch it again, forget the rest. */
async function refresh() {
  const { place, messages, thread } = getState();
  const shown = place?.kind === "channel" ? place.id : null;
  update({ messages: shown && messages[shown] ? { [shown]: messages[shown] } : {} });
  if (shown && !getState().channels[shown]) await openFromAddress();
  else if (shown) await loadMessages(shown, { fresh: true });
  if (thread) await loadThread(thread.channel, thread.ts);
}
