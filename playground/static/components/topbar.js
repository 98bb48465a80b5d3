// The bar on top: search, theme, inspector, story, and whose eyes one looks through.
import { html } from "../lib.js";
import { getState, update, useStore } from "../store.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";
import { MenuButton } from "./menu.js";
import { THEMES, nextTheme, setTheme } from "./theme.js";

export function Topbar() {
  const panel = useStore((state) => state.panel);
  const story = useStore((state) => state.story);
  const inspector = useStore((state) => state.inspector);
  return html`
    <header class="topbar">
      <span class="topbar-name" aria-hidden="true">Playground</span>
      <button
        type="button"
        class="search-button"
        data-testid="open-search"
        aria-label="Search messages"
        onClick=${() => update({ overlay: { kind: "search" } })}
      >
        <${Icon} name="search" size=${16} />
        <span>Search messages</span>
      </button>
      <div class="topbar-tools">
        <button
          type="button"
          class="icon-button jump-button"
          aria-label="Jump to a channel or person"
          title="Jump to… (Ctrl + K)"
          onClick=${() => update({ overlay: { kind: "switcher" } })}
        >
          <${Icon} name="bolt" />
        </button>
        ${
          panel &&
          html`
            <button
              type="button"
              class="icon-button"
              aria-label="Story"
              aria-pressed=${story}
              title="Story"
              data-testid="toggle-panel"
              onClick=${() => update({ story: !story })}
            >
              <${Icon} name="story" />
            </button>
          `
        }
        <button
          type="button"
          class="icon-button"
          aria-label="Inspector"
          aria-pressed=${inspector}
          title="Inspector: what goes over the wire"
          data-testid="toggle-inspector"
          onClick=${() => update({ inspector: !inspector })}
        >
          <${Icon} name="pulse" />
        </button>
        <${ThemeButton} />
        <${PersonSwitcher} />
      </div>
    </header>
  `;
}

function ThemeButton() {
  const theme = useStore((state) => state.theme);
  const { icon, label } = THEMES[theme];
  return html`
    <button
      type="button"
      class="icon-button"
      aria-label=${`Theme: ${label}`}
      title=${`Theme: ${label}`}
      data-testid="theme"
      onClick=${() => setTheme(nextTheme(theme))}
    >
      <${Icon} name=${icon} />
    </button>
  `;
}

/** Everyone who can be played; a second window can be opened as somebody else. */
function PersonSwitcher() {
  const me = useStore((state) => state.me);
  const entries = () => {
    const people = Object.values(getState().users).filter((user) => !user.is_bot && !user.deleted);
    return [
      { heading: "Look through the eyes of" },
      ...people.map((user) => ({
        label: user.real_name,
        hint: user.id === me.id ? `${user.title} (now)` : user.title,
        icon: "person",
        testid: `person-${user.name}`,
        onSelect: () => become(user),
      })),
      { divider: true },
      { heading: "Open a second window as" },
      ...people
        .filter((user) => user.id !== me.id)
        .map((user) => ({
          label: user.real_name,
          icon: "external",
          testid: `window-${user.name}`,
          onSelect: () => window.open(addressAs(user), "_blank", "noopener"),
        })),
    ];
  };
  return html`
    <${MenuButton}
      entries=${entries}
      label=${`You are ${me.real_name}. Switch person`}
      className="person-button"
      testid="person-switcher"
    >
      <${Avatar} id=${me.id} size=${28} />
      <span class="person-name">${me.real_name}</span>
      <${Icon} name="down" size=${14} />
    <//>
  `;
}

function addressAs(user) {
  const { place, channels } = getState();
  const query = new URLSearchParams({ user: user.id });
  if (place?.kind === "app") query.set("app", place.tab);
  else if (place && !channels[place.id]?.is_im) query.set("channel", place.id);
  return `/?${query}`;
}

function become(user) {
  window.location.assign(addressAs(user));
}
