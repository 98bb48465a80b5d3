// What goes over the wire: calls of the app, envelopes to it, acks, events, violations and faults, as they happen.
import { cx, html, useEffect, useRef, useState } from "../lib.js";
import { update } from "../store.js";
import { read } from "../api.js";
import { clockSeconds } from "../time.js";
import { FaultPanel } from "./fault_panel.js";
import { Icon } from "./icon.js";
import { summaryOf } from "./wire_summary.js";

const KINDS = {
  all: "All",
  call: "Calls",
  envelope: "Envelopes",
  ack: "Acks",
  event: "Events",
  violation: "Violations",
  fault: "Faults",
};
const NOTHING = "Nothing has gone over the wire yet. Write a message, run a command or click a button.";
const POLL_MS = 700;
const KEPT = 2_000;

export function Inspector() {
  const { entries, problem, clear } = useEntries();
  const [kind, setKind] = useState("all");
  const [words, setWords] = useState("");
  const counts = countsOf(entries);
  const wanted = words.toLowerCase();
  const shown = entries.filter((one) => (kind === "all" || one.kind === kind) && (!wanted || matches(one, wanted)));
  return html`
    <section class="inspector" aria-label="Inspector" data-testid="inspector">
      <header class="inspector-head">
        <h2>Inspector</h2>
        <div class="chips" role="group" aria-label="Kinds">
          ${Object.entries(KINDS).map(
            ([key, title]) => html`
              <button
                type="button"
                key=${key}
                class=${cx("chip", kind === key && "chip-on", key === "violation" && counts[key] && "chip-bad")}
                aria-pressed=${kind === key}
                onClick=${() => setKind(key)}
              >
                ${title}${" "}
                <small>${key === "all" ? entries.length : (counts[key] ?? 0)}</small>
              </button>
            `,
          )}
        </div>
        <input
          class="field-input inspector-find"
          type="search"
          placeholder="Filter"
          aria-label="Filter entries"
          value=${words}
          onInput=${(event) => setWords(event.currentTarget.value)}
        />
        <button type="button" class="button" onClick=${clear}>Clear</button>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the inspector"
          onClick=${() => update({ inspector: false })}
        >
          <${Icon} name="close" />
        </button>
      </header>
      <div class="inspector-body">
        <${Entries} entries=${shown} empty=${problem || (entries.length ? "Nothing matches this filter." : NOTHING)} />
        <${FaultPanel} />
      </div>
    </section>
  `;
}

/** Polls while the drawer is open: the wire is too busy to be pushed to every window. */
function useEntries() {
  const [entries, setEntries] = useState([]);
  const [problem, setProblem] = useState("");
  const last = useRef(0);
  useEffect(() => {
    let timer = 0;
    let stopped = false;
    const poll = async () => {
      const answer = await read("inspector", { since: last.current }).catch((failure) => ({ entries: [], failure }));
      if (stopped) return;
      setProblem(answer.failure?.message ?? "");
      if (answer.entries.length) {
        last.current = answer.entries.at(-1).n;
        setEntries((before) => [...before, ...answer.entries].slice(-KEPT));
      }
      timer = window.setTimeout(poll, POLL_MS);
    };
    poll();
    return () => {
      stopped = true;
      window.clearTimeout(timer);
    };
  }, []);
  return { entries, problem, clear: () => setEntries([]) };
}

function countsOf(entries) {
  const counts = {};
  for (const one of entries) counts[one.kind] = (counts[one.kind] ?? 0) + 1;
  return counts;
}

function matches(entry, wanted) {
  return (
    entry.title.toLowerCase().includes(wanted) ||
    JSON.stringify(entry.detail ?? "")
      .toLowerCase()
      .includes(wanted)
  );
}

const SHOWN = 300;

function Entries({ entries, empty }) {
  if (!entries.length)
    return html`<p class="quiet inspector-list">${empty}</p>`;
  return html`
    <ol class="inspector-list" tabindex="0" aria-label="Entries, newest first">
      ${entries
        .slice(-SHOWN)
        .reverse()
        .map((one) => html`<${Entry} key=${one.n} entry=${one} />`)}
    </ol>
  `;
}

function Entry({ entry }) {
  const [open, setOpen] = useState(false);
  return html`
    <li class=${cx("entry", !entry.ok && "entry-bad")}>
      <button type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>
        <${Icon} name=${open ? "down" : "right"} size=${14} />
        <time>${clockSeconds(new Date(entry.at * 1000))}</time>
        <span class=${`entry-kind kind-${entry.kind}`}>${entry.kind}</span>
        <span class="entry-title">${entry.title}</span>
        <span class="entry-about">${summaryOf(entry)}</span>
      </button>
      ${open && html`<pre tabindex="0">${JSON.stringify(entry.detail, null, 2)}</pre>`}
    </li>
  `;
}
