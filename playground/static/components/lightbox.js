// Pictures and documents shown large.
import { html, useRef } from "../lib.js";
import { Markdown } from "../blocks/markdown.js";
import { Dialog, useFocusHome, useModalKeys } from "./dialog.js";
import { Icon } from "./icon.js";

export function Lightbox({ overlay, onClose }) {
  const ref = useRef(null);
  useFocusHome(ref);
  useModalKeys(ref, onClose);
  return html`
    <div
      ref=${ref}
      class="lightbox"
      role="dialog"
      aria-modal="true"
      aria-label=${overlay.title || "Picture"}
      tabindex="-1"
      data-testid="lightbox"
      onClick=${(event) => event.target === event.currentTarget && onClose()}
    >
      <header>
        <strong>${overlay.title}</strong>
        <a
          class="icon-button"
          href=${overlay.url}
          target="_blank"
          rel="noopener noreferrer"
          aria-label="Open in a new tab"
        >
          <${Icon} name="external" />
        </a>
        <button type="button" class="icon-button" aria-label="Close" onClick=${onClose}>
          <${Icon} name="close" />
        </button>
      </header>
      <img src=${overlay.url} alt=${overlay.alt ?? ""} />
      ${overlay.alt && html`<p>${overlay.alt}</p>`}
    </div>
  `;
}

export function DocumentView({ overlay, onClose }) {
  return html`
    <${Dialog} title=${overlay.title} className="dialog-wide" testid="document" onClose=${onClose}>
      ${overlay.isMarkdown ? html`<${Markdown} text=${overlay.text} />` : html`<pre tabindex="0">${overlay.text}</pre>`}
    <//>
  `;
}
