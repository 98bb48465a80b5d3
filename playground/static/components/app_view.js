// The app's own place: its Home tab, its direct messages, and what it is.
import { cx, html } from "../lib.js";
import { update, useStore } from "../store.js";
import { act } from "../api.js";
import { openApp, openThread } from "../actions/places.js";
import { attempt } from "../actions/toasts.js";
import { Blocks } from "../blocks/block.js";
import { useViewSurface } from "../blocks/surface.js";
import { Avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { Icon } from "./icon.js";
import { MessageList } from "./message_list.js";

const REACH = { global: "from anywhere", message: "on a message" };
const TABS = { home: "Home", messages: "Messages", about: "About" };

export function AppView({ tab }) {
  const app = useStore((state) => state.app);
  return html`
    <header class="channel-head app-head">
      <button
        type="button"
        class="icon-button phone-only"
        aria-label="Open the sidebar"
        onClick=${() => update({ drawer: true })}
      >
        <${Icon} name="menu" />
      </button>
      <div class="channel-title">
        <h1>
          <${Avatar} id=${app.bot_user_id} size=${24} />
          ${app.name}
        </h1>
      </div>
    </header>
    <div class="tabs" role="tablist" aria-label=${app.name}>
      ${Object.entries(TABS).map(
        ([key, title]) => html`
          <button
            type="button"
            role="tab"
            key=${key}
            aria-selected=${tab === key}
            class=${cx("tab", tab === key && "tab-here")}
            data-testid=${`tab-${key}`}
            onClick=${() => openApp(key)}
          >
            ${title}
          </button>
        `,
      )}
    </div>
    <div class="app-body" role="tabpanel" aria-label=${TABS[tab]}>
      ${tab === "home" && html`<${HomeTab} />`}
      ${tab === "messages" && html`<${AppMessages} />`}
      ${tab === "about" && html`<${About} />`}
    </div>
  `;
}

function HomeTab() {
  const home = useStore((state) => state.home);
  const app = useStore((state) => state.app);
  if (home)
    return html`<${HomeBlocks} key=${home.id} view=${home} />`;
  const hope = "It is told each time you open this page; it may publish one in a moment.";
  const words = app.connected ? hope : "It is not connected to this playground.";
  return html`
    <div class="empty">
      <h2>This is a work in progress</h2>
      <p>${`${app.name} has not published a Home tab for you. ${words}`}</p>
    </div>
  `;
}

function HomeBlocks({ view }) {
  const surface = useViewSurface(view, true);
  return html`
    <div class="home" data-testid="home" tabindex="0" role="region" aria-label="Home">
      <${Blocks} blocks=${view.blocks ?? []} surface=${surface} />
    </div>
  `;
}

function AppMessages() {
  const channel = useStore((state) =>
    Object.values(state.channels).find((one) => one.is_im && one.im_user === state.app.bot_user_id),
  );
  const app = useStore((state) => state.app);
  if (!channel)
    return html`<p class="quiet">Opening the conversation…</p>`;
  return html`
    <div class="conversation">
      ${
        app.assistant &&
        html`
          <div class="app-bar">
            <button type="button" class="button" data-testid="new-chat" onClick=${beginChat}>
              <${Icon} name="plus" size=${15} />
              New chat
            </button>
          </div>
        `
      }
      <${MessageList} channel=${channel} />
      <${Composer} channel=${channel.id} placeholder=${`Message ${app.name}`} />
    </div>
  `;
}

async function beginChat() {
  const chat = await attempt(() => act("assistant"));
  if (chat) openThread(chat.channel, chat.ts);
}

function About() {
  const app = useStore((state) => state.app);
  const commands = useStore((state) => state.commands);
  const shortcuts = useStore((state) => state.shortcuts);
  const connection = app.connected
    ? "Connected over Socket Mode."
    : "Not connected: no Socket Mode connection is open.";
  return html`
    <div class="about" tabindex="0" role="region" aria-label="About">
      <h2>${app.name}</h2>
      <p>${connection}</p>
      <h3>Slash commands</h3>
      <${Terms}
        entries=${commands.map((one) => [`${one.command} ${one.usage_hint}`, one.description])}
        none="None is registered. Without a manifest every command is passed on to the app."
      />
      <h3>Shortcuts</h3>
      <${Terms}
        entries=${shortcuts.map((one) => [`${one.name} (${REACH[one.type]})`, one.description])}
        none="None is registered."
      />
    </div>
  `;
}

function Terms({ entries, none }) {
  if (!entries.length)
    return html`<p>${none}</p>`;
  return html`
    <dl>
      ${entries.map(
        ([term, words]) => html`
          <dt key=${term}>${term}</dt>
          <dd>${words}</dd>
        `,
      )}
    </dl>
  `;
}
