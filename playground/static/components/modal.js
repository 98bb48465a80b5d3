// The modal views of the app: the top of the stack is shown, the ones below wait with what was typed in them.
import { cx, html, useRef, useState } from "../lib.js";
import { getState, updateIn, useStore } from "../store.js";
import { act } from "../api.js";
import { attempt } from "../actions/toasts.js";
import { Blocks } from "../blocks/block.js";
import { useViewSurface } from "../blocks/surface.js";
import { toWire } from "../blocks/values.js";
import { plainText, textString } from "../mrkdwn/render.js";
import { emojiText } from "../emoji.js";
import { Avatar } from "./avatar.js";
import { useFocusHome, useModalKeys } from "./dialog.js";
import { Icon } from "./icon.js";

export function ModalStack() {
  const views = useStore((state) => state.views);
  const top = views.at(-1);
  return top
    ? html`<${Modal} key=${top.id} view=${top} depth=${views.length} />`
    : null;
}

function Modal({ view, depth }) {
  const ref = useRef(null);
  const [sending, setSending] = useState(false);
  const [closing, setClosing] = useState(false);
  const app = useStore((state) => state.app);
  const surface = useViewSurface(view);
  const close = async (all) => {
    setClosing(true);
    await attempt(() => act("close", { view_id: view.id, all }));
    setClosing(false);
  };
  const submit = async (event) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    await submitView(view);
    setSending(false);
    focusFirstError(ref.current);
  };
  useFocusHome(ref);
  useModalKeys(ref, () => close(true));
  const busy = sending || closing;
  const title = emojiText(textString(view.title));
  return html`
    <div class="veil">
      <div
        ref=${ref}
        class=${cx("dialog", "modal", busy && "modal-busy")}
        role="dialog"
        aria-modal="true"
        aria-label=${title}
        aria-busy=${busy}
        tabindex="-1"
        data-testid="modal"
        data-view=${view.id}
      >
        <form class="modal-form" novalidate onSubmit=${submit}>
          <${Head} view=${view} app=${app} depth=${depth} onClose=${close} />
          <div class="dialog-body" tabindex="0" role="region" aria-label=${title}>
            <${Blocks} blocks=${view.blocks ?? []} surface=${surface} />
          </div>
          <${Foot} view=${view} app=${app} busy=${busy} sending=${sending} onCancel=${() => close(false)} />
        </form>
      </div>
    </div>
  `;
}

/** `onClose(true)` closes the whole stack, `onClose(false)` goes back to the view below. */
function Head({ view, app, depth, onClose }) {
  const back = html`
    <button type="button" class="icon-button" aria-label="Back to the view below" onClick=${() => onClose(false)}>
      <${Icon} name="left" />
    </button>
  `;
  return html`
    <header class="dialog-head">
      ${depth > 1 ? back : html`<${Avatar} id=${app.bot_user_id} size=${28} />`}
      <h2>${plainText(view.title ?? { text: "" })}</h2>
      <button
        type="button"
        class="icon-button"
        aria-label="Close"
        data-testid="modal-close"
        onClick=${() => onClose(true)}
      >
        <${Icon} name="close" />
      </button>
    </header>
  `;
}

function Foot({ view, app, busy, sending, onCancel }) {
  const close = textString(view.close) || (view.submit ? "Cancel" : "Close");
  return html`
    <footer class="dialog-foot">
      <span class="dialog-app">${app.name}</span>
      <button type="button" class="button" data-testid="modal-cancel" disabled=${busy} onClick=${onCancel}>
        ${emojiText(close)}
      </button>
      ${
        (view.submit || hasInput(view)) &&
        html`
          <button
            type="submit"
            class=${cx("button", "primary", sending && "busy")}
            data-testid="modal-submit"
            disabled=${busy || view.submit_disabled}
          >
            ${emojiText(textString(view.submit)) || "Submit"}
          </button>
        `
      }
    </footer>
  `;
}

function hasInput(view) {
  return (view.blocks ?? []).some((block) => block.type === "input");
}

/** Sends what was touched, then shows the field errors the answer names. */
async function submitView(view) {
  updateIn("viewErrors", view.id, {});
  const answer = await attemptQuietly(() => act("submit", { view_id: view.id, values: touchedValues(view) }));
  const errors = answer?.saw?.errors;
  if (errors && Object.keys(errors).length) updateIn("viewErrors", view.id, errors);
}

/** A submission refused for its fields is shown at the fields; everything else that fails becomes a toast. */
async function attemptQuietly(deed) {
  let fieldErrors = null;
  const answer = await attempt(async () => {
    const got = await deed();
    fieldErrors = got.error === "invalid_input" ? got : null;
    return fieldErrors ? { ...got, ok: true } : got;
  });
  return fieldErrors ?? answer;
}

/** Block id → value of every input block the person changed. */
function touchedValues(view) {
  const form = getState().forms[view.id] ?? {};
  const inputs = (view.blocks ?? []).filter(
    (block) => block.type === "input" && `${block.block_id}/${block.element.action_id}` in form,
  );
  return Object.fromEntries(
    inputs.map((block) => [
      block.block_id,
      toWire(block.element, form[`${block.block_id}/${block.element.action_id}`]),
    ]),
  );
}

function focusFirstError(root) {
  window.requestAnimationFrame(() => root?.querySelector(".input-wrong :is(input, textarea, button)")?.focus());
}
