// The sidebar: workspace, channels, direct messages, apps; bold where something is unread.
import { cx, html, useState } from "../lib.js";
import { update, useStore } from "../store.js";
import { openApp, openChannel, openDirect } from "../actions/places.js";
import { groupName } from "../actions/names.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";

export function Sidebar() {
  const team = useStore((state) => state.team);
  const drawer = useStore((state) => state.drawer);
  return html`
    <nav class=${cx("sidebar", drawer && "sidebar-open")} aria-label="Channels and conversations">
      <div class="sidebar-team">
        <strong>${team.name}</strong>
        <button
          type="button"
          class="icon-button phone-only"
          aria-label="Close the sidebar"
          onClick=${() => update({ drawer: false })}
        >
          <${Icon} name="close" />
        </button>
      </div>
      <div class="sidebar-scroll">
        <${Channels} />
        <${Directs} />
        <${Apps} />
      </div>
    </nav>
  `;
}

function Section({ title, id, children, action }) {
  const [open, setOpen] = useState(true);
  return html`
    <section class="sidebar-section" aria-labelledby=${`section-${id}`}>
      <div class="sidebar-heading">
        <button type="button" id=${`section-${id}`} aria-expanded=${open} onClick=${() => setOpen(!open)}>
          <${Icon} name=${open ? "down" : "right"} size=${14} />
          ${title}
        </button>
        ${action}
      </div>
      ${open && html`<ul>${children}</ul>`}
    </section>
  `;
}

function Channels() {
  const channels = useStore((state) => state.channels);
  const mine = Object.values(channels)
    .filter((one) => one.is_member && !one.is_im && !one.is_mpim && !one.is_archived)
    .sort((a, b) => a.name.localeCompare(b.name));
  const add = html`
    <button
      type="button"
      class="icon-button"
      aria-label="Create a channel"
      title="Create a channel"
      onClick=${() => update({ overlay: { kind: "create" } })}
    >
      <${Icon} name="plus" size=${16} />
    </button>
  `;
  return html`
    <${Section} title="Channels" id="channels" action=${add}>
      ${mine.map((channel) => html`<${ChannelRow} key=${channel.id} channel=${channel} />`)}
      <li>
        <button
          type="button"
          class="sidebar-row quiet-row"
          data-testid="browse-channels"
          onClick=${() => update({ overlay: { kind: "browse" } })}
        >
          <span class="row-icon"><${Icon} name="search" size=${15} /></span>
          Browse channels
        </button>
      </li>
    <//>
  `;
}

function ChannelRow({ channel }) {
  const here = useStore((state) => state.place?.id === channel.id);
  return html`
    <${Row}
      here=${here}
      unread=${channel.unread > 0}
      mentions=${channel.mentions}
      testid=${`channel-${channel.name}`}
      onClick=${() => openChannel(channel.id)}
      icon=${html`<${Icon} name=${channel.is_private ? "lock" : "hash"} size=${16} />`}
      name=${channel.name}
    />
  `;
}

/** One line of the sidebar; its unread state is also said in words. */
function Row({ here, unread, mentions, testid, onClick, icon, name, note }) {
  return html`
    <li>
      <button
        type="button"
        class=${cx("sidebar-row", here && "row-here", unread && "row-unread")}
        aria-current=${here ? "page" : undefined}
        data-testid=${testid}
        onClick=${onClick}
      >
        <span class="row-icon">${icon}</span>
        <span class="row-name">
          ${name}${note && html`<small>${note}</small>`}
        </span>
        ${unread && !mentions && html`<span class="in-words">, unread</span>`}
        ${
          mentions > 0 &&
          html`
            <span class="badge">
              ${mentions}
              <span class="in-words">${" "}waiting for you</span>
            </span>
          `
        }
      </button>
    </li>
  `;
}

function Directs() {
  const users = useStore((state) => state.users);
  const channels = useStore((state) => state.channels);
  const people = Object.values(users).filter((user) => !user.is_bot && !user.deleted);
  const groups = Object.values(channels).filter((one) => one.is_mpim);
  return html`
    <${Section} title="Direct messages" id="directs">
      ${people.map((user) => html`<${PersonRow} key=${user.id} user=${user} />`)}
      ${groups.map((one) => html`<${GroupRow} key=${one.id} channel=${one} />`)}
    <//>
  `;
}

/** A direct message of several. */
function GroupRow({ channel }) {
  const here = useStore((state) => state.place?.id === channel.id);
  const name = useStore((state) => groupName(channel, state));
  return html`
    <${Row}
      here=${here}
      unread=${channel.unread > 0}
      mentions=${channel.unread}
      testid=${`group-${channel.id}`}
      onClick=${() => openChannel(channel.id)}
      icon=${html`<${Icon} name="people" size=${16} />`}
      name=${name}
    />
  `;
}

function PersonRow({ user }) {
  const channel = useStore((state) =>
    Object.values(state.channels).find((one) => one.is_im && one.im_user === user.id),
  );
  const here = useStore((state) => Boolean(channel) && state.place?.id === channel.id);
  const me = useStore((state) => state.me.id === user.id);
  return html`
    <${Row}
      here=${here}
      unread=${channel?.unread > 0}
      mentions=${channel?.unread}
      testid=${`dm-${user.name}`}
      onClick=${() => openDirect(user.id)}
      icon=${html`<${Avatar} id=${user.id} size=${20} />`}
      name=${user.real_name}
      note=${me ? "you" : ""}
    />
  `;
}

function Apps() {
  const app = useStore((state) => state.app);
  const channel = useStore((state) =>
    Object.values(state.channels).find((one) => one.is_im && one.im_user === app.bot_user_id),
  );
  const here = useStore((state) => state.place?.kind === "app");
  const open = () => openApp(channel?.unread > 0 ? "messages" : "home");
  return html`
    <${Section} title="Apps" id="apps">
      <${Row}
        here=${here}
        unread=${channel?.unread > 0}
        mentions=${channel?.unread}
        testid="app-row"
        onClick=${open}
        icon=${html`
          <span class="app-face">
            <${Avatar} id=${app.bot_user_id} size=${20} />
            <i class=${app.connected ? "presence presence-on" : "presence"} />
          </span>
        `}
        name=${app.name}
        note=${app.connected ? "" : "not connected"}
      />
    <//>
  `;
}
