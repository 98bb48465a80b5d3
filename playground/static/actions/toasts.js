// Short notices at the bottom of the window.
import { getState, update } from "../store.js";

const SHOWN_MS = { error: 9_000, info: 4_000 };
let count = 0;

/** Shows `text`; the same words twice (live frame and answer) are shown once. */
export function toast(text, level = "error") {
  const { toasts } = getState();
  if (!text || toasts.some((one) => one.text === text)) return;
  count += 1;
  const id = count;
  update({ toasts: [...toasts, { id, text, level }].slice(-4) });
  window.setTimeout(() => dismiss(id), SHOWN_MS[level] ?? SHOWN_MS.info);
}

export function dismiss(id) {
  update((state) => ({ toasts: state.toasts.filter((one) => one.id !== id) }));
}

/** Runs a deed of the person and says so when it fails; gives its answer, or null after a failure. */
export async function attempt(deed) {
  try {
    const answer = await deed();
    for (const text of answer?.saw?.toasts ?? []) toast(text);
    if (answer?.ok === false && !answer.saw?.toasts?.length) toast(wordsFor(answer));
    return answer?.ok === false ? null : answer;
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

function wordsFor(answer) {
  if (answer.text) return answer.text.replace(/^! /, "");
  return `That did not work: ${String(answer.error ?? "unknown error").replace(/_/g, " ")}.`;
}
