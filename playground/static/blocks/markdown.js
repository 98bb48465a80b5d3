// The markdown block, and Markdown files shown as documents.
import { html, useMemo } from "../lib.js";
import { Icon } from "../components/icon.js";
import { withEmoji } from "../emoji.js";
import { parseMarkdown } from "../mrkdwn/commonmark.js";
import { Link } from "../mrkdwn/mentions.js";

export function MarkdownBlock({ block }) {
  return html`<${Markdown} text=${block.text} />`;
}

/** Standard Markdown as a document; HTML in it is shown as text. */
export function Markdown({ text }) {
  const nodes = useMemo(() => parseMarkdown(text), [text]);
  return html`<div class="markdown">${blocks(nodes)}</div>`;
}

const blocks = (nodes) => nodes.map((node) => DRAW[node.t](node));

const DRAW = {
  heading: (node) => html`
    <p class=${`md-heading md-${node.level}`} role="heading" aria-level=${Math.min(node.level + 1, 6)}>
      ${inline(node.c)}
    </p>
  `,
  para: (node) => html`<p>${inline(node.c)}</p>`,
  pre: (node) => html`<pre tabindex="0">${node.v}</pre>`,
  quote: (node) => html`<blockquote>${blocks(node.blocks)}</blockquote>`,
  hr: () => html`<hr />`,
  list: (node) =>
    node.ordered
      ? html`<ol start=${node.start}>${node.items.map(item)}</ol>`
      : html`<ul>${node.items.map(item)}</ul>`,
  table: (node) => html`
    <div class="table-scroll" tabindex="0" role="group" aria-label="Table">
      <table class="table-block">
        <thead>
          <tr>
            ${node.head.map(
              (cell, index) => html`
                <th scope="col" class=${`cell-${node.align[index] ?? "left"}`}>${inline(cell)}</th>
              `,
            )}
          </tr>
        </thead>
        <tbody>
          ${node.rows.map(
            (row) => html`
              <tr>
                ${row.map(
                  (cell, index) => html`<td class=${`cell-${node.align[index] ?? "left"}`}>${inline(cell)}</td>`,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `,
};

function item({ checked, blocks: inner }) {
  const box =
    checked === null
      ? null
      : html`
          <span
            class="md-box"
            role="checkbox"
            aria-checked=${checked}
            aria-disabled="true"
            aria-label=${checked ? "done" : "open"}
          >
            ${checked && html`<${Icon} name="check" size=${15} />`}
          </span>
        `;
  const content = inner.length === 1 && inner[0].t === "para" ? inline(inner[0].c) : blocks(inner);
  return html`<li class=${checked === null ? "" : "md-task"}>${box}${content}</li>`;
}

const INLINE = {
  text: (node) => withEmoji(node.v),
  br: () => html`<br />`,
  code: (node) => html`<code>${node.v}</code>`,
  b: (node) => html`<strong>${inline(node.c)}</strong>`,
  i: (node) => html`<em>${inline(node.c)}</em>`,
  s: (node) => html`<del>${inline(node.c)}</del>`,
  link: (node) => html`<${Link} url=${node.url}>${inline(node.c)}<//>`,
};

const inline = (nodes) => nodes.map((node) => INLINE[node.t](node));
