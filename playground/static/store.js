// The one state of the page: frames of the live socket and answers of the server change it, components read slices.
import { useEffect, useState } from "./lib.js";

const state = {
  status: "loading", // loading | live | reconnecting | failed
  problem: "", // words for status "failed"
  me: null,
  team: null,
  users: {},
  channels: {},
  usergroups: {},
  commands: [],
  shortcuts: [],
  features: {},
  app: null,
  panel: null,
  home: null,
  views: [],
  viewErrors: {}, // view id → {block id: text}
  forms: {}, // view id → {"block/action": value} as touched by the person
  messages: {}, // channel id → {list, hasMore, loading}
  thread: null, // {channel, ts, list}
  place: null, // {kind: "channel", id} or {kind: "app", tab}
  unreadFrom: {}, // channel id → last_read when it was opened: where the "New" line stands
  jump: null, // {channel, ts, n}: a message to scroll to and highlight
  hidden: {}, // ts of ephemeral messages this window has dismissed
  drafts: {},
  toasts: [],
  overlay: null, // {kind, …}: the one dialog or card that is open, see components/overlays.js
  question: null, // a confirm dialog: {title, text, yes, no, danger, onAnswer}
  drawer: false, // sidebar on a phone
  inspector: false,
  story: window.matchMedia("(min-width: 900px)").matches, // it would cover a small window: there it waits
  theme: "auto",
};

const listeners = new Set();

/** The current state; treat as read-only and change it through `update`. */
export function getState() {
  return state;
}

/** Merges `patch` (an object, or a function of the state giving one) and tells every reader. */
export function update(patch) {
  Object.assign(state, typeof patch === "function" ? patch(state) : patch);
  for (const listener of [...listeners]) listener();
}

/** Sets one key inside a map of the state without touching its siblings. */
export function updateIn(name, key, value) {
  update({ [name]: { ...state[name], [key]: value } });
}

/** Resolves once `holds(state)` is true (true) or `ms` have gone by (false). */
export function until(holds, ms) {
  if (holds(state)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (held) => {
      listeners.delete(check);
      window.clearTimeout(timer);
      resolve(held);
    };
    const check = () => holds(state) && end(true);
    const timer = window.setTimeout(() => end(false), ms);
    listeners.add(check);
  });
}

/** The part of the state that `select` picks; the component is drawn again when that part changes. */
export function useStore(select) {
  const [, redraw] = useState(0);
  const picked = select(state);
  useEffect(() => {
    let last = picked;
    const check = () => {
      const next = select(state);
      if (Object.is(next, last)) return;
      last = next;
      redraw((n) => n + 1);
    };
    listeners.add(check);
    check();
    return () => listeners.delete(check);
  });
  return picked;
}
