// Where blocks stand (a message, a view, the Home tab) and how their elements reach the app from there.
import { createContext, useContext, useMemo, useState } from "../lib.js";
import { act } from "../api.js";
import { ask } from "../actions/confirm.js";
import { attempt } from "../actions/toasts.js";
import { getState, updateIn, useStore } from "../store.js";
import { textString } from "../mrkdwn/render.js";
import { initialOf, toWire } from "./values.js";

export const Surface = createContext(null);

const keyOf = (block, element) => `${block.block_id ?? ""}/${element.action_id ?? ""}`;

/** A surface for a message: its origin is channel and ts; what is chosen lives as long as it is on screen. */
export function useMessageSurface(channel, ts) {
  const [values, setValues] = useState({});
  const [busy, setBusy] = useState("");
  return useMemo(
    () =>
      surface({
        origin: { channel, ts },
        values,
        busy,
        setBusy,
        errors: {},
        setValue: (key, value) => setValues((all) => ({ ...all, [key]: value })),
      }),
    [channel, ts, values, busy],
  );
}

/** A surface for a modal or the Home tab: touched values outlive updates and views pushed above. */
export function useViewSurface(view, home = false) {
  const values = useStore((state) => state.forms[view.id]) ?? EMPTY;
  const errors = useStore((state) => state.viewErrors[view.id]) ?? EMPTY;
  const [busy, setBusy] = useState("");
  return useMemo(
    () =>
      surface({
        origin: home ? { home: true } : { view_id: view.id },
        values,
        busy,
        setBusy,
        errors,
        setValue: (key, value) => updateIn("forms", view.id, { ...getState().forms[view.id], [key]: value }),
        sent: view.state?.values,
      }),
    [view.id, view.hash, home, values, errors, busy],
  );
}

const EMPTY = Object.freeze({});

function surface({ origin, values, busy, setBusy, errors, setValue, sent }) {
  const send = async (deed, block, element, body) => {
    const key = keyOf(block, element);
    setBusy(key);
    const answer = await attempt(() =>
      act(deed, { ...origin, action_id: element.action_id, block_id: block.block_id, ...body }),
    );
    setBusy("");
    return answer;
  };
  return {
    origin,
    errors,
    isBusy: (block, element) => busy === keyOf(block, element),
    valueOf: (block, element) => values[keyOf(block, element)],
    sentOf: (block, element) => sent?.[block.block_id]?.[element.action_id],
    setValue: (block, element, value) => setValue(keyOf(block, element), value),
    click: (block, element, value) => send("click", block, element, { value }),
    select: (block, element, value) => send("select", block, element, { value }),
    type: (block, element, value, enter) => send("type", block, element, { value, enter }),
  };
}

/** The surface the calling block stands on. */
export function useSurface() {
  return useContext(Surface);
}

/** Whether a change of an element in `block` is sent to the app at once. */
export function dispatches(block) {
  return block.type !== "input" || Boolean(block.dispatch_action);
}

/** Slack's confirm object asked as a question; true where there is none. */
export async function confirmed(element) {
  const { confirm } = element;
  if (!confirm) return true;
  return ask({
    title: textString(confirm.title),
    text: confirm.text,
    yes: textString(confirm.confirm) || "Yes",
    no: textString(confirm.deny) || "Cancel",
    danger: confirm.style === "danger",
  });
}

/**
 * The value of a choosing element and how to change it: `choose` keeps it, asks the confirm question if there is one,
 * and tells the app where Slack would. Options are kept as Slack's option objects, all else as ids or strings.
 */
export function useChoice(block, element) {
  const here = useSurface();
  const touched = here.valueOf(block, element);
  const value = touched === undefined ? initialOf(element, here.sentOf(block, element)) : touched;
  const choose = async (next) => {
    if (dispatches(block) && !(await confirmed(element))) return;
    here.setValue(block, element, next);
    if (dispatches(block)) await here.select(block, element, toWire(element, next));
  };
  return [value, choose];
}
