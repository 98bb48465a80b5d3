// Blocks that frame others or stand for a thing: alert, card, carousel, container, call, plan and its tasks.
import { html, useState } from "../lib.js";
import { Icon } from "../components/icon.js";
import { Link } from "../mrkdwn/mentions.js";
import { Text, textString } from "../mrkdwn/render.js";
import { Element } from "./element.js";
import { imageUrl, Picture } from "./media.js";
import { RichTextBlock } from "./rich_text.js";

const ALERT_ICONS = { warning: "warn", error: "warn", success: "check" };

export function AlertBlock({ block }) {
  const { level = "default" } = block;
  return html`
    <div class=${`alert-block alert-${level}`} role="note">
      <${Icon} name=${ALERT_ICONS[level] ?? "info"} />
      <span><${Text} value=${block.text} /></span>
    </div>
  `;
}

export function CardBlock({ block }) {
  const { hero_image: hero, icon, actions } = block;
  return html`
    <div class="card-block">
      ${hero && html`<${Picture} url=${imageUrl(hero)} alt=${hero.alt_text} className="card-hero" />`}
      <div class="card-head">
        ${icon && html`<img class="card-icon" src=${imageUrl(icon)} alt=${icon.alt_text} />`}
        <div>
          ${block.title && html`<strong><${Text} value=${block.title} /></strong>`}
          ${block.subtitle && html`<small><${Text} value=${block.subtitle} /></small>`}
        </div>
      </div>
      ${block.body && html`<div><${Text} value=${block.body} /></div>`}
      ${block.subtext && html`<small><${Text} value=${block.subtext} /></small>`}
      ${
        actions &&
        html`
          <div class="actions">
            ${actions.map((element) => html`<${Element} key=${element.action_id} block=${block} element=${element} />`)}
          </div>
        `
      }
    </div>
  `;
}

export function CarouselBlock({ block }) {
  return html`
    <div class="carousel-block" tabindex="0" role="group" aria-label="Cards">
      ${block.elements.map((card, index) => html`<${CardBlock} key=${index} block=${card} />`)}
    </div>
  `;
}

/** `draw` draws one of the blocks inside: it is handed in because those may be of any type. */
export function ContainerBlock({ block, draw }) {
  const foldable = Boolean(block.is_collapsible);
  const [open, setOpen] = useState(!(foldable && block.default_collapsed));
  const title = block.rich_text_title
    ? html`<${RichTextBlock} block=${block.rich_text_title} />`
    : html`<strong><${Text} value=${block.title} /></strong>`;
  const head = html`
    ${block.icon && html`<img class="card-icon" src=${imageUrl(block.icon)} alt=${block.icon.alt_text} />`}
    <span>
      ${(block.title || block.rich_text_title) && title}
      ${block.subtitle && html`<small><${Text} value=${block.subtitle} /></small>`}
    </span>
  `;
  return html`
    <div class="card-block">
      ${
        foldable
          ? html`
              <button type="button" class="card-head" aria-expanded=${open} onClick=${() => setOpen(!open)}>
                <${Icon} name=${open ? "down" : "right"} size=${14} />
                ${head}
              </button>
            `
          : html`<div class="card-head">${head}</div>`
      }
      ${open && block.child_blocks.map(draw)}
    </div>
  `;
}

/** A call of another system, such as a video meeting: its title and the way in. */
export function CallBlock({ block }) {
  const call = block.call?.v1 ?? {};
  return html`
    <div class="card-block call-block">
      <${Icon} name="people" size=${22} />
      <span class="file-name">
        <strong>${call.title || "Call"}</strong>
        <small>
          ${[call.date_end ? "ended" : "", `${call.users?.length ?? 0} taking part`].filter(Boolean).join(" · ")}
        </small>
      </span>
      ${call.join_url && !call.date_end && html`<${Link} url=${call.join_url}>Join<//>`}
    </div>
  `;
}

const TASK_WORDS = { pending: "to do", in_progress: "under way", complete: "done", error: "failed" };

export function PlanBlock({ block }) {
  return html`
    <div class="card-block">
      <strong>${typeof block.title === "string" ? block.title : textString(block.title)}</strong>
      ${(block.tasks ?? []).map((task) => html`<${TaskCard} key=${task.task_id} block=${task} />`)}
    </div>
  `;
}

export function TaskCard({ block }) {
  const done = block.status === "complete";
  return html`
    <div class="task-card">
      <${Icon} name=${done ? "check" : block.status === "error" ? "warn" : "clock"} size=${16} />
      <span>
        ${typeof block.title === "string" ? block.title : textString(block.title)}
        <small>${` ${TASK_WORDS[block.status] ?? ""}`}</small>
        ${block.details && html`<${RichTextBlock} block=${block.details} />`}
        ${block.output && html`<${RichTextBlock} block=${block.output} />`}
      </span>
    </div>
  `;
}
