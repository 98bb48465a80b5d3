// The file input: files are stored as soon as they are chosen, and their ids sent with the form.
import { html, useRef, useState } from "../lib.js";
import { Icon } from "../components/icon.js";
import { attempt } from "../actions/toasts.js";
import { upload } from "../api.js";
import { useSurface } from "./surface.js";

export function FileInput({ block, element, ids }) {
  const here = useSurface();
  const ref = useRef(null);
  const [busy, setBusy] = useState(false);
  const files = here.valueOf(block, element) ?? here.sentOf(block, element)?.files ?? [];
  const most = element.max_files ?? 10;
  const keep = (list) => here.setValue(block, element, list);
  const choose = async (event) => {
    const chosen = [...event.currentTarget.files].slice(0, most - files.length);
    event.currentTarget.value = "";
    setBusy(true);
    const answer = chosen.length ? await attempt(() => upload(chosen)) : null;
    setBusy(false);
    if (answer) keep([...files, ...answer.files]);
  };
  return html`
    <div class="file-input">
      ${files.map(
        (file) => html`
          <span class="file-chosen" key=${file.id}>
            <${Icon} name="file" size=${16} />
            ${file.name}
            <button
              type="button"
              class="icon-button"
              aria-label=${`Take ${file.name} away`}
              onClick=${() => keep(files.filter((one) => one.id !== file.id))}
            >
              <${Icon} name="close" size=${14} />
            </button>
          </span>
        `,
      )}
      ${
        files.length < most &&
        html`
          <button type="button" class="button" disabled=${busy} onClick=${() => ref.current.click()}>
            <${Icon} name="clip" size=${16} />
            ${busy ? "Uploading…" : "Add files"}
          </button>
        `
      }
      <input
        ref=${ref}
        id=${ids.id}
        class="in-words"
        type="file"
        tabindex="-1"
        multiple=${most > 1}
        accept=${element.filetypes?.map((type) => `.${type}`).join(",")}
        aria-describedby=${ids.describedby}
        aria-invalid=${ids.invalid}
        data-testid=${`action-${element.action_id}`}
        onChange=${choose}
      />
    </div>
  `;
}
