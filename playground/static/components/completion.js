// What can complete the word before the caret. Pure: text, caret and state in, entries out.
import { findEmoji } from "../emoji.js";

const MOST = 12;

/**
 * {kind, from, to, query, entries: [{insert, label, detail, hint, user?, char?}]} for the word that ends at `caret`,
 * or null. Commands complete only at the start of a message that is not in a thread.
 */
export function completionsFor(text, caret, state, inThread) {
  const before = text.slice(0, caret);
  const command = /^(\/\S*)$/.exec(before);
  if (command && !inThread) return found("command", 0, caret, command[1], commands(state, command[1]));
  return names(before, caret, state);
}

function names(before, caret, state) {
  const word = /(?:^|[\s(])([@#:])([\p{L}\p{N}_+-]*)$/u.exec(before);
  if (!word) return null;
  const [, sign, query] = word;
  if (sign === ":" && query.length < 2) return null;
  const make = { "@": people, "#": channels, ":": emoji }[sign];
  return found(sign, caret - query.length - 1, caret, query, make(state, query.toLowerCase()));
}

function found(kind, from, to, query, entries) {
  return entries.length ? { kind, from, to, query, entries: entries.slice(0, MOST) } : null;
}

function commands(state, query) {
  const wanted = query.toLowerCase();
  return state.commands
    .filter((one) => one.command.startsWith(wanted))
    .map((one) => ({
      insert: one.command,
      label: one.command,
      hint: one.usage_hint,
      detail: one.description,
      app: true,
    }));
}

function people(state, query) {
  const fits = (...words) =>
    words.some(
      (word) =>
        word
          ?.toLowerCase()
          .split(/\s+/)
          .some((part) => part.startsWith(query)) || word?.toLowerCase().startsWith(query),
    );
  const users = Object.values(state.users).filter((one) => !one.deleted && fits(one.real_name, one.name));
  const groups = state.usergroups.filter((one) => fits(one.handle, one.name));
  const ranges = ["here", "channel", "everyone"].filter((range) => range.startsWith(query));
  return [
    ...users.map((one) => ({
      insert: `@${one.name}`,
      label: one.real_name,
      detail: one.title,
      hint: `@${one.name}`,
      user: one.id,
    })),
    ...groups.map((one) => ({
      insert: `@${one.handle}`,
      label: `@${one.handle}`,
      detail: `${one.name}, ${one.users.length} people`,
    })),
    ...ranges.map((range) => ({
      insert: `@${range}`,
      label: `@${range}`,
      detail: "Notifies everyone in this channel",
      alarm: true,
    })),
  ];
}

function channels(state, query) {
  return Object.values(state.channels)
    .filter((one) => !one.is_im && !one.is_archived && one.name.includes(query))
    .map((one) => ({ insert: `#${one.name}`, label: `#${one.name}`, detail: one.topic || one.purpose }));
}

function emoji(state, query) {
  return findEmoji(query, MOST).map((one) => ({ insert: `:${one.name}:`, label: `:${one.name}:`, char: one.char }));
}

/** The command whose arguments are being typed, so that its usage can stay in sight; null when none is. */
export function commandUnderway(text, state) {
  const typed = /^(\/\S+)\s/.exec(text)?.[1];
  return state.commands.find((one) => one.command === typed) ?? null;
}

/** The text with `entry` in place of the word, and where the caret goes. */
export function applyCompletion(text, completion, entry) {
  const head = `${text.slice(0, completion.from)}${entry.insert} `;
  const tail = text.slice(completion.to).replace(/^ /, "");
  return { text: head + tail, caret: head.length };
}
