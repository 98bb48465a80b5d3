// One block of any type: looks up who draws it. Types that Slack knows and this page does not are named, not hidden.
import { html } from "../lib.js";
import { Surface } from "./surface.js";
import { AlertBlock, CallBlock, CardBlock, CarouselBlock, ContainerBlock, PlanBlock, TaskCard } from "./cards.js";
import { ActionsBlock, ContextActionsBlock } from "./actions.js";
import { ContextBlock, DividerBlock, HeaderBlock, SectionBlock } from "./sections.js";
import { InputBlock } from "./inputs.js";
import { ImageBlock, VideoBlock, FileBlock } from "./media.js";
import { RichTextBlock } from "./rich_text.js";
import { TableBlock } from "./table.js";
import { MarkdownBlock } from "./markdown.js";

const DRAWN = {
  header: HeaderBlock,
  section: SectionBlock,
  divider: DividerBlock,
  context: ContextBlock,
  actions: ActionsBlock,
  context_actions: ContextActionsBlock,
  input: InputBlock,
  image: ImageBlock,
  video: VideoBlock,
  file: FileBlock,
  rich_text: RichTextBlock,
  table: TableBlock,
  markdown: MarkdownBlock,
  alert: AlertBlock,
  call: CallBlock,
  card: CardBlock,
  carousel: CarouselBlock,
  container: ContainerBlock,
  data_table: TableBlock,
  plan: PlanBlock,
  task_card: TaskCard,
};

/** Blocks in their order on a surface. Tables stand last, as Slack puts them. */
export function Blocks({ blocks, surface }) {
  const ordered = [...blocks.filter((one) => one.type !== "table"), ...blocks.filter((one) => one.type === "table")];
  return html`
    <${Surface.Provider} value=${surface}>
      <div class="blocks">
        ${ordered.map(drawn)}
      </div>
    <//>
  `;
}

const drawn = (block, index) => html`<${Block} key=${block.block_id ?? index} block=${block} />`;

function Block({ block }) {
  const Drawn = DRAWN[block.type];
  return html`
    <div class=${`block block-${block.type}`} data-testid=${block.block_id ? `block-${block.block_id}` : undefined}>
      ${
        Drawn
          ? html`<${Drawn} block=${block} draw=${drawn} />`
          : html`<p class="block-unknown">A block of type “${block.type}”: this page does not draw it.</p>`
      }
    </div>
  `;
}
