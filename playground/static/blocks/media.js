// Pictures, videos and file references inside blocks.
import { html, useState } from "../lib.js";
import { Icon } from "../components/icon.js";
import { Link } from "../mrkdwn/mentions.js";
import { Text, textString } from "../mrkdwn/render.js";
import { update } from "../store.js";

/** Where an image block or element gets its bytes: its own address, or a file uploaded before. */
export function imageUrl({ image_url: url, slack_file: file }) {
  if (url) return url;
  return file?.url ?? (file?.id ? `/files/${encodeURIComponent(file.id)}/image` : "");
}

/** A picture that opens large; when it cannot be loaded its words stand in for it. */
export function Picture({ url, alt, className = "", title = "" }) {
  const [broken, setBroken] = useState(false);
  if (broken || !url)
    return html`
      <span class="picture-broken" role="img" aria-label=${alt}>
        <${Icon} name="warn" />
        ${`Picture not available: ${alt}`}
      </span>
    `;
  const open = () => update({ overlay: { kind: "lightbox", url, alt, title } });
  return html`
    <button type="button" class=${`picture ${className}`} aria-label=${`Open picture: ${alt}`} onClick=${open}>
      <img src=${url} alt=${alt ?? ""} onError=${() => setBroken(true)} />
    </button>
  `;
}

export function ImageBlock({ block }) {
  const title = textString(block.title);
  return html`
    <figure class="image-block">
      ${block.title && html`<figcaption><${Text} value=${block.title} /></figcaption>`}
      <${Picture} url=${imageUrl(block)} alt=${block.alt_text} title=${title} />
    </figure>
  `;
}

/** A video as a link with its thumbnail: nothing foreign is embedded. */
export function VideoBlock({ block }) {
  const url = block.title_url || block.video_url;
  return html`
    <div class="video-block">
      <strong>
        <${Link} url=${url}><${Text} value=${block.title} /><//>
      </strong>
      ${
        block.author_name &&
        html`<small>${block.author_name}${block.provider_name && ` · ${block.provider_name}`}</small>`
      }
      ${block.description && html`<p><${Text} value=${block.description} /></p>`}
      <${Link} url=${url}><img class="video-thumb" src=${block.thumbnail_url} alt=${block.alt_text} /><//>
    </div>
  `;
}

export function FileBlock({ block }) {
  return html`
    <p class="block-unknown">
      <${Icon} name="file" />
      ${`Remote file ${block.external_id}`}
    </p>
  `;
}
