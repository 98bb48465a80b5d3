// The table and data_table blocks: the first row is the heading, columns keep their alignment.
import { html } from "../lib.js";
import { RichTextBlock } from "./rich_text.js";

export function TableBlock({ block }) {
  const [head, ...rows] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const cellOf = (tag) => (cell, index) => {
    const { align = "left", is_wrapped: wrapped = false } = settings[index] ?? {};
    const attributes = { class: `cell-${align}${wrapped ? "" : " cell-nowrap"}` };
    const inner =
      cell?.type === "rich_text"
        ? html`<${RichTextBlock} block=${cell} />`
        : (cell?.text ?? cell?.value ?? "");
    return tag === "th"
      ? html`<th key=${index} scope="col" ...${attributes}>${inner}</th>`
      : html`<td key=${index} ...${attributes}>${inner}</td>`;
  };
  return html`
    <div class="table-scroll" tabindex="0" role="group" aria-label="Table">
      <table class="table-block">
        ${block.caption && html`<caption>${block.caption}</caption>`}
        ${head && html`<thead><tr>${head.map(cellOf("th"))}</tr></thead>`}
        <tbody>
          ${rows.map((row, index) => html`<tr key=${index}>${row.map(cellOf("td"))}</tr>`)}
        </tbody>
      </table>
    </div>
  `;
}
