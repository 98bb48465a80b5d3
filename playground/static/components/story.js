// The story beside the conversation: steps to try, some with a button that makes something happen.
import { cx, html, useState } from "../lib.js";
import { update, useStore } from "../store.js";
import { ApiError, post } from "../api.js";
import { ask } from "../actions/confirm.js";
import { Mrkdwn } from "../mrkdwn/render.js";
import { Link } from "../mrkdwn/mentions.js";
import { Icon } from "./icon.js";

export function StoryPanel() {
  const panel = useStore((state) => state.panel);
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
        <ol class="story-steps">
          ${(panel.steps ?? []).map((step, index) => html`<${Step} key=${index} step=${step} index=${index} />`)}
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

function Step({ step, index }) {
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
  return html`
    <li class=${cx("story-step", result?.ok && "step-done")} data-testid=${`panel-step-${index}`}>
      <span class="step-number" aria-hidden="true">
        ${result?.ok ? html`<${Icon} name="check" size=${14} />` : index + 1}
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
