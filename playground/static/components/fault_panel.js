// Faults a person can cause on purpose: what the app does when Slack misbehaves.
import { html } from "../lib.js";
import { post } from "../api.js";
import { attempt, toast } from "../actions/toasts.js";

const FAULTS = [
  ["Next call: 429", { kind: "ratelimited", method: "*", times: 1, retry_after: 2 }],
  ["Next call: HTTP 500", { kind: "http_500", method: "*", times: 1 }],
  ["Next call: lost after its effect", { kind: "lost_after", method: "*", times: 1 }],
  [
    "Next post: error, though posted",
    { kind: "error_after", method: "chat.postMessage", times: 1, error: "internal_error" },
  ],
  ["Next ack is dropped", { kind: "drop_ack", times: 1 }],
  ["Next event twice", { kind: "duplicate_event", times: 1 }],
  ["Cut the socket", { kind: "socket_cut" }],
  ["Ask to reconnect", { kind: "disconnect", reason: "refresh_requested" }],
  ["Every call 1 s slow", { kind: "latency", method: "*", ms: 1000 }],
  ["Slack is down", { kind: "offline" }],
];

export function FaultPanel() {
  const cause = async (label, body) => {
    const done = await attempt(() => post("/control/fault", body));
    if (done) toast(body.kind === "clear" ? "All faults cleared." : `${label}: set.`, "info");
  };
  return html`
    <aside class="faults" aria-label="Faults">
      <h3>Make Slack misbehave</h3>
      ${FAULTS.map(
        ([label, body]) => html`
          <button type="button" key=${label} class="button" onClick=${() => cause(label, body)}>${label}</button>
        `,
      )}
      <button type="button" class="button primary" onClick=${() => cause("Clear", { kind: "clear" })}>
        Clear all faults
      </button>
    </aside>
  `;
}
