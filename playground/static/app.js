// The page as a whole: bar, sidebar, conversation, panes and overlays; and the keys that work everywhere.
import { cx, html, render, useEffect } from "./lib.js";
import { getState, update, useStore } from "./store.js";
import { openFromAddress } from "./actions/places.js";
import { AppView } from "./components/app_view.js";
import { Conversation } from "./components/conversation.js";
import { Icon } from "./components/icon.js";
import { Inspector } from "./components/inspector.js";
import { ModalStack } from "./components/modal.js";
import { Overlay, Question, Toasts } from "./components/overlays.js";
import { Sidebar } from "./components/sidebar.js";
import { StoryPanel } from "./components/story.js";
import { restoreTheme } from "./components/theme.js";
import { ThreadPane } from "./components/thread_pane.js";
import { Topbar } from "./components/topbar.js";
import { connect } from "./live.js";

function App() {
  const status = useStore((state) => state.status);
  const started = useStore((state) => Boolean(state.me && state.place));
  const problem = useStore((state) => state.problem);
  if (started)
    return html`<${Workspace} />`;
  if (status !== "failed")
    return html`<main class="splash"><p>Opening the playground…</p></main>`;
  return html`
    <main class="splash" role="alert">
      <h1>The playground cannot be opened</h1>
      <p>${problem}</p>
      <p><a href="/?user=ana">Open it as Ana Ruiz</a></p>
    </main>
  `;
}

function Workspace() {
  const place = useStore((state) => state.place);
  const thread = useStore((state) => state.thread);
  const panel = useStore((state) => state.panel && state.story);
  const inspector = useStore((state) => state.inspector);
  const covered = useStore((state) => state.views.length > 0 || Boolean(state.question) || isDialog(state.overlay));
  const drawer = useStore((state) => state.drawer);
  useTitle();
  useKeys();
  return html`
    <div class="page" inert=${covered}>
      <${Topbar} />
      <${Banner} />
      <div class="columns">
        <${Sidebar} />
        ${drawer && html`<div class="drawer-veil" onClick=${() => update({ drawer: false })} />`}
        <div class=${cx("middle", thread && "with-thread")}>
          <main class="main" aria-label="Conversation">
            ${place.kind === "app" ? html`<${AppView} tab=${place.tab} />` : html`<${Conversation} id=${place.id} />`}
          </main>
          ${thread && html`<${ThreadPane} key=${`${thread.channel}${thread.ts}`} />`}
          ${panel && html`<${StoryPanel} />`}
        </div>
      </div>
      ${inspector && html`<${Inspector} />`}
    </div>
    <${ModalStack} />
    <${Overlay} />
    <${Question} />
    <${Toasts} />
  `;
}

/** Overlays that cover the page; a profile card only floats over it. */
function isDialog(overlay) {
  return Boolean(overlay) && overlay.kind !== "profile";
}

function Banner() {
  const status = useStore((state) => state.status);
  const app = useStore((state) => state.app);
  if (status === "reconnecting")
    return html`
      <${Notice} words="The connection to the playground was lost. Trying again; nothing you see is lost." />
    `;
  if (app.connected) return null;
  return html`
    <${Notice}
      words=${`${app.name} is not connected: commands and buttons will fail until it is. Everything else works.`}
    />
  `;
}

function Notice({ words }) {
  return html`
    <div class="banner" role="status" data-testid="banner">
      <${Icon} name="warn" />
      ${words}
    </div>
  `;
}

function useTitle() {
  const name = useStore((state) =>
    state.place.kind === "app" ? state.app.name : state.channels[state.place.id]?.name,
  );
  const waiting = useStore((state) => Object.values(state.channels).reduce((sum, one) => sum + (one.mentions ?? 0), 0));
  useEffect(() => {
    document.title = `${waiting ? `(${waiting}) ` : ""}${name ?? ""} · Playground`;
  }, [name, waiting]);
}

/** Ctrl + K jumps, Ctrl + G searches; Escape closes the thread when nothing else is open. */
function useKeys() {
  useEffect(() => {
    const onKey = (event) => {
      const isControl = event.ctrlKey || event.metaKey;
      const kind = isControl && { k: "switcher", g: "search" }[event.key.toLowerCase()];
      if (kind && !getState().views.length) {
        event.preventDefault();
        update({ overlay: { kind } });
      } else if (event.key === "Escape" && !event.defaultPrevented) {
        update((state) => (state.drawer ? { drawer: false } : {}));
      }
    };
    const onBack = () => openFromAddress();
    document.addEventListener("keydown", onKey);
    window.addEventListener("popstate", onBack);
    return () => {
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("popstate", onBack);
    };
  }, []);
}

restoreTheme();
render(
  html`<${App} />`,
  document.getElementById("root"),
);
connect();
