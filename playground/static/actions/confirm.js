// Questions before a deed: the dialog is drawn by the page, the asker awaits the answer.
import { getState, update } from "../store.js";

/** Shows a confirm dialog and gives true for yes. Strings: title, text, yes, no; `danger` paints yes red. */
export function ask(question) {
  return new Promise((resolve) => {
    const onAnswer = (yes) => {
      if (!getState().question) return;
      update({ question: null });
      resolve(yes);
    };
    update({ question: { ...question, onAnswer } });
  });
}
