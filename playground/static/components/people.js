// People: the card of one, the members of a channel.
import { html } from "../lib.js";
import { useStore } from "../store.js";
import { act } from "../api.js";
import { openApp, openDirect } from "../actions/places.js";
import { attempt } from "../actions/toasts.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Popover } from "./popover.js";

export function ProfileCard({ overlay, onClose }) {
  const user = useStore((state) => state.users[overlay.id]);
  const me = useStore((state) => state.me.id);
  if (!user) return null;
  const message = () => {
    onClose();
    if (user.is_bot) openApp("messages");
    else openDirect(user.id);
  };
  const facts = [`@${user.name}`, user.id, user.is_admin && "admin", user.is_guest && "guest"].filter(Boolean);
  return html`
    <${Popover} anchor=${overlay.anchor} onClose=${onClose} label=${user.real_name} className="profile">
      <${Avatar} id=${user.id} size=${72} />
      <h3>
        ${user.real_name}${user.is_bot && html`<span class="app-badge">APP</span>`}
      </h3>
      <p>${user.title || (user.is_bot ? "App" : "")}</p>
      <p class="profile-small">${facts.join(" · ")}</p>
      <div class="profile-buttons">
        <button type="button" class="button" onClick=${message}>
          <${Icon} name="thread" size=${16} />
          Message
        </button>
        ${
          !user.is_bot &&
          user.id !== me &&
          html`
            <a class="button" href=${`/?user=${user.id}`} target="_blank" rel="noopener">
              <${Icon} name="external" size=${16} />
              ${`Open as ${user.real_name.split(" ")[0]}`}
            </a>
          `
        }
      </div>
    <//>
  `;
}

export function PeopleDialog({ overlay, onClose }) {
  const channel = useStore((state) => state.channels[overlay.id]);
  const users = useStore((state) => state.users);
  if (!channel) return null;
  const others = Object.values(users).filter((user) => !user.deleted && !channel.members.includes(user.id));
  const change = (deed, user) => attempt(() => act(deed, { channel: channel.id, users: [user], target: user }));
  return html`
    <${Dialog} title=${`Members of #${channel.name}`} onClose=${onClose}>
      <ul class="people">
        ${channel.members.map(
          (id) => html`
            <${Person}
              key=${id}
              user=${users[id] ?? { id, real_name: id }}
              label="Remove"
              onPress=${() => change("kick", id)}
            />
          `,
        )}
      </ul>
      ${
        others.length > 0 &&
        html`
          <h3>Not in this channel</h3>
          <ul class="people">
            ${others.map(
              (user) => html`
                <${Person} key=${user.id} user=${user} label="Add" onPress=${() => change("invite", user.id)} />
              `,
            )}
          </ul>
        `
      }
    <//>
  `;
}

function Person({ user, label, onPress }) {
  return html`
    <li>
      <${Avatar} id=${user.id} size=${32} />
      <span class="person-words">
        <strong>${user.real_name}</strong>
        ${user.is_bot && html`<span class="app-badge">APP</span>`}
        <small>${user.title}</small>
      </span>
      <button type="button" class="button" aria-label=${`${label} ${user.real_name}`} onClick=${onPress}>
        ${label}
      </button>
    </li>
  `;
}
