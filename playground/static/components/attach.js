// Files that people share: chosen by the paper clip or dropped on the composer, with what was typed as their comment.
import { html, useRef } from "../lib.js";
import { upload } from "../api.js";
import { attempt } from "../actions/toasts.js";
import { Icon } from "./icon.js";

export async function shareFiles(files, { channel, threadTs, writing }) {
  if (!files.length) return;
  const text = writing.text.trim();
  const shared = await attempt(() => upload(files, { channel, thread_ts: threadTs, text }));
  if (shared && text) writing.write({ text: "", caret: 0 });
}

export function AttachButton({ channel, threadTs, writing }) {
  const ref = useRef(null);
  const choose = async (event) => {
    const files = [...event.currentTarget.files];
    event.currentTarget.value = "";
    await shareFiles(files, { channel, threadTs, writing });
  };
  return html`
    <button
      type="button"
      class="icon-button"
      aria-label="Attach files"
      title="Attach files"
      onClick=${() => ref.current.click()}
    >
      <${Icon} name="clip" />
    </button>
    <input
      ref=${ref}
      type="file"
      class="in-words"
      multiple
      tabindex="-1"
      aria-label="Files to attach"
      data-testid=${threadTs ? "thread-attach" : "attach"}
      onChange=${choose}
    />
  `;
}
