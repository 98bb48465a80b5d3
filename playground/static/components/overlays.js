// Which overlay is open, one at a time, and the small notices.
import { cx, html } from "../lib.js";
import { update, useStore } from "../store.js";
import { dismiss } from "../actions/toasts.js";
import { Text } from "../mrkdwn/render.js";
import { BrowseChannels, CreateChannel, RenameChannel, TopicOfChannel } from "./channel_dialogs.js";
import { ConfirmDialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { DocumentView, Lightbox } from "./lightbox.js";
import { PeopleDialog, ProfileCard } from "./people.js";
import { SearchDialog } from "./search.js";
import { Switcher } from "./switcher.js";

const KINDS = {
  profile: ProfileCard,
  people: PeopleDialog,
  browse: BrowseChannels,
  create: CreateChannel,
  rename: RenameChannel,
  topic: TopicOfChannel,
  switcher: Switcher,
  search: SearchDialog,
  lightbox: Lightbox,
  document: DocumentView,
};

export function Overlay() {
  const overlay = useStore((state) => state.overlay);
  if (!overlay) return null;
  return html`<${KINDS[overlay.kind]} overlay=${overlay} onClose=${() => update({ overlay: null })} />`;
}

export function Question() {
  const question = useStore((state) => state.question);
  if (!question) return null;
  return html`
    <${ConfirmDialog}
      ...${question}
      text=${html`<${Text} value=${question.text} />`}
    />
  `;
}

export function Toasts() {
  const toasts = useStore((state) => state.toasts);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${toasts.map(
        (one) => html`
          <div key=${one.id} class=${cx("toast", one.level === "error" && "toast-error")} data-testid="toast">
            <${Icon} name=${one.level === "error" ? "warn" : "info"} />
            <span>${one.text}</span>
            <button type="button" class="icon-button" aria-label="Dismiss" onClick=${() => dismiss(one.id)}>
              <${Icon} name="close" size=${14} />
            </button>
          </div>
        `,
      )}
    </div>
  `;
}
