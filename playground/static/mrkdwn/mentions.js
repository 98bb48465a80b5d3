// The live parts of a text: people, channels, groups, broadcasts, links and dates.
import { html } from "../lib.js";
import { getState, useStore } from "../store.js";
import { openChannel, openLink, openProfile } from "../actions/places.js";
import { formatDateToken, fullStamp } from "../time.js";
import { Icon } from "../components/icon.js";

/** A person named in a text; the viewer's own name stands out. */
export function UserMention({ id, label }) {
  const user = useStore((state) => state.users[id]);
  const me = useStore((state) => state.me?.id === id);
  const name = user ? user.real_name || user.name : label || id;
  return html`
    <button
      type="button"
      class=${me ? "mention mention-me" : "mention"}
      onClick=${(event) => openProfile(id, event.currentTarget)}
    >
      @${name}
    </button>
  `;
}

/** A channel named in a text by id or, in automatically parsed text, by name. */
export function ChannelLink({ id, name, label }) {
  const channel = useStore((state) => state.channels[id] ?? (name ? named(state.channels, name) : null));
  if (!channel)
    return name
      ? `#${name}`
      : html`<span class="mention">${label ? `#${label}` : "a private channel"}</span>`;
  return html`<button type="button" class="mention" onClick=${() => openChannel(channel.id)}>#${channel.name}</button>`;
}

function named(channels, name) {
  return Object.values(channels).find((channel) => channel.name === name && !channel.is_im) ?? null;
}

export function GroupMention({ id, label }) {
  const group = useStore((state) => state.usergroups.find((one) => one.id === id));
  const mine = useStore((state) => Boolean(group?.users?.includes(state.me?.id)));
  const name = group ? `@${group.handle}` : label || `@${id}`;
  return html`
    <span
      class=${mine ? "mention mention-me" : "mention"}
      title=${group ? `${group.name}: ${group.users.length} people` : ""}
    >
      ${name}
    </span>
  `;
}

/** @here and its kin: they wake a crowd, so they are shown as an alarm with the number of people they ring. */
export function Broadcast({ range }) {
  const { channels, place } = getState();
  const members = channels[place?.id]?.num_members;
  const crowd = members ? `${members} people` : "everyone here";
  return html`
    <strong class="alarm" title=${`This notifies ${crowd}`}>
      <${Icon} name="bell" />
      @${range}
      <span class="alarm-note">${`notifies ${crowd}`}</span>
    </strong>
  `;
}

/** A link: permalinks of this playground open in place, all others in a new tab. */
export function Link({ url, children }) {
  return html`
    <a href=${url} target="_blank" rel="noopener noreferrer" onClick=${(event) => openLink(url, event)}>${children}</a>
  `;
}

export function DateText({ epoch, format, url, fallback }) {
  const text = formatDateToken(epoch, format) ?? (fallback || epoch);
  const date = new Date(Number(epoch) * 1000);
  const stamp = Number.isNaN(date.getTime()) ? undefined : date;
  const time = html`
    <time datetime=${stamp?.toISOString()} title=${stamp ? `${fullStamp(stamp)} (${fallback})` : fallback}>
      ${text}
    </time>
  `;
  return url
    ? html`<${Link} url=${url}>${time}<//>`
    : time;
}
