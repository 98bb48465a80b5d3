// What happens while somebody writes: drafts, completion, sending. The field itself is asked for its text and caret,
// because keys may come faster than the page is drawn.
import { useLayoutEffect, useRef, useState } from "../lib.js";
import { getState, updateIn, useStore } from "../store.js";
import { send } from "../actions/messages.js";
import { applyCompletion, commandUnderway, completionsFor } from "./completion.js";
import { wrapSelection } from "./format_bar.js";

const MAX_PX = 260;
const MARKS = { b: "*", i: "_" };

/** The state and the handlers of a composer. `threadTs` makes it the composer of a thread; drafts are kept per place. */
export function useWriting(channel, threadTs) {
  const draftKey = threadTs ? `${channel}/${threadTs}` : channel;
  const text = useStore((state) => state.drafts[draftKey]) ?? "";
  const [broadcast, setBroadcast] = useState(false);
  const ref = useRef(null);
  const setText = (next) => updateIn("drafts", draftKey, next);
  useLayoutEffect(() => grow(ref.current), [text, draftKey]);

  const write = (next) => {
    ref.current.value = next.text;
    ref.current.focus();
    ref.current.setSelectionRange(next.caret, next.caret);
    setText(next.text);
  };
  const insert = (piece) => {
    const { value, selectionStart, selectionEnd } = ref.current;
    write({ text: value.slice(0, selectionStart) + piece + value.slice(selectionEnd), caret: selectionStart + piece.length });
  };
  const submit = async () => {
    const typed = ref.current.value;
    if (!typed.trim()) return;
    write({ text: "", caret: 0 });
    setBroadcast(false);
    const sent = await send(channel, typed, threadTs, broadcast);
    if (!sent && !getState().drafts[draftKey]) setText(typed);
  };
  const completing = useCompletion(ref, text, Boolean(threadTs), write);
  const wrap = (mark, block) => write(wrapSelection(ref.current, mark, block));
  const onKeyDown = (event) => {
    if (event.isComposing || completing.take(event)) return;
    const mark = (event.ctrlKey || event.metaKey) && MARKS[event.key];
    if (mark) wrap(mark);
    else if (event.key === "Enter" && !event.shiftKey) submit();
    else return;
    event.preventDefault();
  };
  const onInput = (event) => {
    setText(event.currentTarget.value);
    completing.moved();
  };
  const underway = threadTs ? null : commandUnderway(text, getState());
  return { ref, draftKey, text, broadcast, setBroadcast, write, insert, submit, wrap, onKeyDown, onInput, underway, completing };
}

/** The list of completions for the word at the caret: `shown`, the entry `at`, and what keys and clicks do to it. */
function useCompletion(ref, text, inThread, write) {
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [closedFor, setClosedFor] = useState(null);
  const shown = closedFor === text ? null : completionsFor(text, caret, getState(), inThread);
  const now = () => {
    const { value, selectionStart } = ref.current;
    return closedFor === value ? null : completionsFor(value, selectionStart, getState(), inThread);
  };
  const pick = (entry) => {
    write(applyCompletion(ref.current.value, now() ?? shown, entry));
    setCaret(ref.current.selectionStart);
    setAt(0);
  };
  const moved = () => {
    setCaret(ref.current.selectionStart);
    setAt(0);
  };
  const leave = () => setClosedFor(ref.current?.value ?? null);
  const take = (event) => {
    const open = now();
    return Boolean(open) && takeKey(event, { open, at: Math.min(at, open.entries.length - 1), setAt, pick, leave });
  };
  return { shown, at, setAt, pick, moved, leave, enter: () => setClosedFor(null), take };
}

/** Keys of an open completion list; true when the list took the key. A whole command is sent by Enter, not completed. */
function takeKey(event, { open, at, setAt, pick, leave }) {
  const count = open.entries.length;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  const whole = open.kind === "command" && open.query === open.entries[at].insert;
  if (event.key in moves) setAt((at + moves[event.key] + count) % count);
  else if (event.key === "Escape") leave();
  else if ((event.key === "Tab" || event.key === "Enter") && !event.shiftKey && !whole) pick(open.entries[at]);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, MAX_PX)}px`;
}
