// Faults a person can cause on purpose: what the app does when Slack misbehaves, is slow, or time flies.
import { html, useState } from "../lib.js";
import { post } from "../api.js";
import { attempt, toast } from "../actions/toasts.js";

// What happens to the next call of the chosen method, or of any.
const CALLS = [
  ["429, wait 2 s", { kind: "ratelimited", retry_after: 2 }],
  ["HTTP 500", { kind: "http_500" }],
  ["lost before its effect", { kind: "lost_before" }],
  ["lost after its effect", { kind: "lost_after" }],
  ["an error, though done", { kind: "error_after", error: "internal_error" }],
  ["never answered", { kind: "hang" }],
  ["1 s slow, from now on", { kind: "latency", ms: 1000 }],
];
const EVENTS = [
  ["Next ack is dropped", { kind: "drop_ack" }],
  ["Next event twice", { kind: "duplicate_event" }],
  ["Next envelope twice", { kind: "duplicate_envelope" }],
  ["Next two events swapped", { kind: "reorder_events" }],
];
const SOCKETS = [
  ["Cut the socket", { kind: "socket_cut" }],
  ["Refuse the next socket", { kind: "socket_refuse" }],
  ["Warn of a disconnect", { kind: "disconnect", reason: "warning" }],
  ["Ask to reconnect", { kind: "disconnect", reason: "refresh_requested" }],
  ["Socket Mode switched off", { kind: "disconnect", reason: "link_disabled" }],
  ["Slack is down", { kind: "offline" }],
];
const CLOCK = [
  ["1 minute later", { advance: 60 }],
  ["30 minutes later", { advance: 1800 }],
  ["60 times as fast", { speed: 60 }],
  ["Real speed", { speed: 1 }],
];
const LIMITS = [
  ["Rate limits as Slack’s", { mode: "real" }],
  ["Hardly any bursts", { mode: "strict" }],
  ["No rate limits", { mode: "off" }],
];

async function steer(path, label, body) {
  const done = await attempt(() => post(`/control/${path}`, body));
  if (done) toast(body.kind === "clear" ? "All faults cleared." : `${label}: set.`, "info");
}

export function FaultPanel() {
  const [method, setMethod] = useState("");
  const cause = (label, body) => steer("fault", label, body);
  const call = (label, body) => cause(`Next call: ${label}`, { ...body, method: method.trim() || "*" });
  return html`
    <aside class="faults" aria-label="Faults">
      <h3>Make Slack misbehave</h3>
      <button type="button" class="button primary" onClick=${() => cause("Clear", { kind: "clear" })}>
        Clear all faults
      </button>
      <${Group} title="The next call is…" entries=${CALLS} onPress=${call}>
        <input
          class="field-input"
          placeholder="of any method"
          aria-label="Method that is struck"
          value=${method}
          onInput=${(event) => setMethod(event.currentTarget.value)}
        />
      <//>
      <${Group} title="Envelopes" entries=${EVENTS} onPress=${cause} />
      <${Group} title="Connection" entries=${SOCKETS} onPress=${cause} />
      <${Group} title="Clock" entries=${CLOCK} onPress=${(label, body) => steer("clock", label, body)} />
      <${Group} title="Rate limits" entries=${LIMITS} onPress=${(label, body) => steer("rate_limits", label, body)} />
    </aside>
  `;
}

function Group({ title, entries, onPress, children }) {
  return html`
    <h4>${title}</h4>
    ${children}
    ${entries.map(
      ([label, body]) => html`
        <button type="button" key=${label} class="button" onClick=${() => onPress(label, body)}>${label}</button>
      `,
    )}
  `;
}
