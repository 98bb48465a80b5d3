// The story beside the conversation: steps to try, some with a button that makes something happen.
import { cx, html, useEffect, useRef, useState } from "../lib.js";
import { update, useStore } from "../store.js";
import { ApiError, post, read } from "../api.js";
import { ask } from "../actions/confirm.js";
import { Mrkdwn } from "../mrkdwn/render.js";
import { Link } from "../mrkdwn/mentions.js";
import { Icon } from "./icon.js";

const LOOK_EVERY_MS = 1500;

export function StoryPanel() {
  const panel = useStore((state) => state.panel);
  const done = useDone(panel);
  const ref = useRef(null);
  const next = done.lastIndexOf(true) + 1;
  useEffect(() => {
    if (next) ref.current?.children[next]?.scrollIntoView({ block: "nearest" });
  }, [next]);
  return html`
    <aside class="pane story" aria-label=${panel.title ?? "Story"} data-testid="panel">
      <header class="pane-head">
        <h2>${panel.title}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Hide this panel"
          onClick=${() => update({ story: false })}
        >
          <${Icon} name="close" />
        </button>
      </header>
      <div class="pane-scroll" tabindex="0" role="region" aria-label="Steps">
        ${panel.intro && html`<p class="story-intro"><${Mrkdwn} text=${panel.intro} /></p>`}
        <ol class="story-steps" ref=${ref}>
          ${(panel.steps ?? []).map((step, index) => html`<${Step} key=${index} step=${step} index=${index} done=${done[index]} />`)}
        </ol>
        ${
          panel.links?.length > 0 &&
          html`
            <ul class="story-links">
              ${panel.links.map(
                (one) => html`
                  <li key=${one.url}>
                    <${Link} url=${one.url}>
                      ${one.label}
                      <${Icon} name="external" size=${14} />
                    <//>
                  </li>
                `,
              )}
            </ul>
          `
        }
      </div>
    </aside>
  `;
}

/** Which steps are known to be done; a step that was done stays so. */
function useDone(panel) {
  const [done, setDone] = useState([]);
  useEffect(() => {
    if (!panel.steps?.some((step) => step.done)) return undefined;
    const look = () =>
      read("panel").then(
        (answer) => setDone((before) => answer.done.map((now, index) => now || Boolean(before[index]))),
        () => {}, // the page itself says when the playground does not answer
      );
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [panel]);
  return done;
}

function Step({ step, index, done }) {
  const [running, setRunning] = useState(false);
  const [result, setResult] = useState(null);
  const run = async () => {
    const { confirm } = step.action;
    if (
      confirm &&
      !(await ask({ title: step.action.label, text: confirm, yes: step.action.label, no: "Cancel", danger: true }))
    )
      return;
    setRunning(true);
    setResult(null);
    setResult(
      await post(`/page/panel/${index}`, {}).catch((problem) => ({
        ok: false,
        text: problem instanceof ApiError ? problem.message : String(problem),
      })),
    );
    setRunning(false);
  };
  const ticked = done || result?.ok;
  return html`
    <li class=${cx("story-step", ticked && "step-done")} data-testid=${`panel-step-${index}`}>
      <span class="step-number" aria-hidden="true">
        ${ticked ? html`<${Icon} name="check" size=${14} />` : index + 1}
      </span>
      <div>
        <h3>${step.title}</h3>
        ${step.text && html`<div class="step-text"><${Mrkdwn} text=${step.text} /></div>`}
        ${
          step.action &&
          html`
            <button
              type="button"
              class=${cx("button", "step-button", running && "busy")}
              disabled=${running}
              onClick=${run}
            >
              <${Icon} name="play" size=${14} />
              ${step.action.label}
            </button>
          `
        }
        ${
          result &&
          html`
            <p class=${result.ok ? "step-result" : "step-result step-failed"} role="status">
              ${result.text || (result.ok ? "Done." : "That did not work.")}
            </p>
          `
        }
      </div>
    </li>
  `;
}
