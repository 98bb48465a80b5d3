// Browsing, creating and renaming channels, and their topics.
import { html, useState } from "../lib.js";
import { useStore } from "../store.js";
import { act } from "../api.js";
import { openChannel } from "../actions/places.js";
import { attempt } from "../actions/toasts.js";
import { lineString } from "../mrkdwn/render.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";

/** What Slack does to a name while it is typed. */
function tidyName(typed) {
  return typed.toLowerCase().replace(/\s/g, "-").slice(0, 80);
}

export function BrowseChannels({ onClose }) {
  const channels = useStore((state) => state.channels);
  const [words, setWords] = useState("");
  const shown = Object.values(channels)
    .filter((one) => !one.is_im && !one.is_mpim && one.name.includes(words.toLowerCase()))
    .sort((a, b) => Number(a.is_archived) - Number(b.is_archived) || a.name.localeCompare(b.name));
  const open = (id) => {
    onClose();
    openChannel(id);
  };
  return html`
    <${Dialog} title="All channels" onClose=${onClose}>
      <input
        class="field-input"
        type="search"
        placeholder="Search channels"
        aria-label="Search channels"
        value=${words}
        onInput=${(event) => setWords(event.currentTarget.value)}
      />
      <ul class="people">
        ${shown.map((one) => html`<${ChannelLine} key=${one.id} channel=${one} onOpen=${() => open(one.id)} />`)}
      </ul>
      ${!shown.length && html`<p class="quiet">No channel is called “${words}”.</p>`}
    <//>
  `;
}

function ChannelLine({ channel, onOpen }) {
  const about = lineString(channel.topic || channel.purpose);
  const state = channel.is_archived ? "archived" : channel.is_member ? "joined" : "";
  return html`
    <li>
      <${Icon} name=${channel.is_private ? "lock" : "hash"} />
      <span class="person-words">
        <strong>${channel.name}</strong>
        <small>
          ${[state, `${channel.num_members} members`, about].filter(Boolean).join(" · ")}
        </small>
      </span>
      ${
        !channel.is_member &&
        !channel.is_archived &&
        html`
          <button
            type="button"
            class="button"
            aria-label=${`Join ${channel.name}`}
            onClick=${() => attempt(() => act("join", { channel: channel.id }))}
          >
            Join
          </button>
        `
      }
      <button type="button" class="button" aria-label=${`Open ${channel.name}`} onClick=${onOpen}>Open</button>
    </li>
  `;
}

export function CreateChannel({ onClose }) {
  const [isPrivate, setPrivate] = useState(false);
  const create = async (name) => {
    const answer = await attempt(() => act("channel", { name, is_private: isPrivate }));
    if (!answer) return;
    onClose();
    openChannel(answer.channel);
  };
  return html`
    <${NameDialog} title="Create a channel" yes="Create" onClose=${onClose} onName=${create}>
      <label class="choice">
        <input type="checkbox" checked=${isPrivate} onChange=${() => setPrivate(!isPrivate)} />
        <span class="choice-text">Private: only people who are invited can see it</span>
      </label>
    <//>
  `;
}

export function RenameChannel({ overlay, onClose }) {
  const channel = useStore((state) => state.channels[overlay.id]);
  const rename = async (name) => {
    if (await attempt(() => act("rename", { channel: overlay.id, name }))) onClose();
  };
  return html`
    <${NameDialog}
      title=${`Rename #${channel.name}`}
      yes="Rename"
      initial=${channel.name}
      onClose=${onClose}
      onName=${rename}
    />
  `;
}

export function TopicOfChannel({ overlay, onClose }) {
  const channel = useStore((state) => state.channels[overlay.id]);
  const change = async (topic) => {
    if (await attempt(() => act("topic", { channel: overlay.id, topic }))) onClose();
  };
  return html`
    <${LineDialog}
      title=${`Topic of #${channel.name}`}
      yes="Save"
      label="Topic"
      hint="Up to 250 characters."
      initial=${lineString(channel.topic)}
      mayBeEmpty
      onClose=${onClose}
      onLine=${change}
    />
  `;
}

function NameDialog({ title, yes, initial, onClose, onName, children }) {
  return html`
    <${LineDialog}
      title=${title}
      yes=${yes}
      label="Name"
      hint="Lowercase letters, digits, - and _, up to 80."
      placeholder="e.g. plan-release"
      initial=${initial}
      tidy=${tidyName}
      onClose=${onClose}
      onLine=${onName}
    >
      ${children}
    <//>
  `;
}

/** A dialog that asks for one line; `tidy` changes it while it is typed. */
function LineDialog(props) {
  const { title, yes, label, hint, initial = "", placeholder, tidy, mayBeEmpty, onClose, onLine, children } = props;
  const [line, setLine] = useState(initial);
  const ready = Boolean(line || mayBeEmpty);
  const submit = (event) => {
    event.preventDefault();
    if (ready) onLine(line);
  };
  const footer = html`
    <button type="button" class="button" onClick=${onClose}>Cancel</button>
    <button type="submit" form="line-form" class="button primary" disabled=${!ready}>${yes}</button>
  `;
  return html`
    <${Dialog} title=${title} onClose=${onClose} footer=${footer}>
      <form id="line-form" onSubmit=${submit}>
        <label class="input-label" for="line-field">${label}</label>
        <input
          id="line-field"
          class="field-input"
          autocomplete="off"
          value=${line}
          placeholder=${placeholder}
          onInput=${({ currentTarget: { value } }) => setLine(tidy ? tidy(value) : value)}
        />
        <p class="input-hint">${hint}</p>
        ${children}
      </form>
    <//>
  `;
}
