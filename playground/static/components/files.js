// Files of a message: pictures as pictures, text with its first lines, everything as a download.
import { html, useEffect, useState } from "../lib.js";
import { Picture } from "../blocks/media.js";
import { Markdown } from "../blocks/markdown.js";
import { update } from "../store.js";
import { Icon } from "./icon.js";

const PREVIEW_LINES = 12;
const TEXTUAL = /^(text\/|application\/(json|x-yaml|yaml))/;

export function Files({ files }) {
  return html`
    <div class="files">
      ${files.map((file) => html`<${OneFile} key=${file.id} file=${file} />`)}
    </div>
  `;
}

function OneFile({ file }) {
  if (file.mode === "tombstone")
    return html`<p class="quiet">This file was deleted.</p>`;
  if (file.mimetype?.startsWith("image/")) {
    return html`
      <figure class="image-block">
        <figcaption>${file.title || file.name}</figcaption>
        <${Picture}
          url=${localUrl(file)}
          alt=${file.alt_txt || file.title || file.name}
          title=${file.title || file.name}
        />
      </figure>
    `;
  }
  return html`
    <div class="file-card" data-testid="file">
      <div class="file-head">
        <span class="file-icon"><${Icon} name="file" size=${22} /></span>
        <span class="file-name">
          <strong>${file.title || file.name}</strong>
          <small>${`${kindOf(file)} · ${sizeOf(file.size)}`}</small>
        </span>
        <a
          class="icon-button"
          href=${localUrl(file)}
          download=${file.name}
          aria-label=${`Download ${file.name}`}
          title="Download"
        >
          <${Icon} name="download" />
        </a>
      </div>
      ${TEXTUAL.test(file.mimetype ?? "") && html`<${TextPreview} file=${file} />`}
    </div>
  `;
}

/** The path alone, so that the page works under whatever name it was opened. */
function localUrl(file) {
  return new URL(file.url_private, window.location.href).pathname;
}

function kindOf(file) {
  return file.pretty_type || (file.filetype ?? file.mimetype ?? "file").toUpperCase();
}

function sizeOf(bytes) {
  if (!Number.isFinite(bytes)) return "size unknown";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The first lines of a text file; Markdown opens as a document. */
function TextPreview({ file }) {
  const [text, setText] = useState(null);
  useEffect(() => {
    let stale = false;
    fetch(localUrl(file))
      .then((answer) => (answer.ok ? answer.text() : ""))
      .catch(() => "")
      .then((body) => stale || setText(body));
    return () => {
      stale = true;
    };
  }, [file.id]);
  if (!text) return null;
  const lines = text.split("\n");
  const isMarkdown = /markdown|md$/i.test(`${file.mimetype} ${file.filetype} ${file.name}`);
  const open = () => update({ overlay: { kind: "document", title: file.title || file.name, text, isMarkdown } });
  const shown = lines.slice(0, PREVIEW_LINES).join("\n");
  return html`
    <div class="file-preview">
      ${isMarkdown ? html`<${Markdown} text=${shown} />` : html`<pre tabindex="0">${shown}</pre>`}
    </div>
    <button type="button" class="file-open" onClick=${open}>
      ${lines.length > PREVIEW_LINES ? `Show all ${lines.length} lines` : "Open"}
    </button>
  `;
}
