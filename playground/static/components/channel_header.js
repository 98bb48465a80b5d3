// The head of a channel: name, topic, members, pins, bookmarks, and what can be done with the channel.
import { html, useRef, useState } from "../lib.js";
import { getState, update, useStore } from "../store.js";
import { act } from "../api.js";
import { ask } from "../actions/confirm.js";
import { groupName } from "../actions/names.js";
import { attempt } from "../actions/toasts.js";
import { emojiText } from "../emoji.js";
import { Link } from "../mrkdwn/mentions.js";
import { Line, lineString } from "../mrkdwn/render.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";
import { MenuButton } from "./menu.js";
import { Pins } from "./pins.js";

export function ChannelHeader({ channel }) {
  const other = useStore((state) => state.users[channel.im_user]);
  const group = useStore((state) => (channel.is_mpim ? groupName(channel, state) : ""));
  return html`
    <header class="channel-head">
      <button
        type="button"
        class="icon-button phone-only"
        aria-label="Open the sidebar"
        data-testid="open-drawer"
        onClick=${() => update({ drawer: true })}
      >
        <${Icon} name="menu" />
      </button>
      <div class="channel-title">
        ${
          channel.is_im
            ? html`
                <h1>
                  <${Avatar} id=${channel.im_user} size=${24} />
                  ${other?.real_name ?? channel.name}
                </h1>
              `
            : html`
                <${MenuButton}
                  entries=${() => menuOf(channel)}
                  label=${`Channel ${channel.name}`}
                  className="channel-name"
                  align="start"
                  testid="channel-menu"
                >
                  <h1>
                    <${Icon} name=${group ? "people" : channel.is_private ? "lock" : "hash"} size=${18} />
                    <span>${group || channel.name}</span>
                  </h1>
                  <${Icon} name="down" size=${15} />
                <//>
              `
        }
        ${channel.topic && html`<p class="topic" title=${lineString(channel.topic)}><${Line} text=${channel.topic} /></p>`}
      </div>
      ${!channel.is_im && html`<${MembersButton} channel=${channel} />`}
    </header>
    <${Bar} channel=${channel} />
  `;
}

function MembersButton({ channel }) {
  return html`
    <button
      type="button"
      class="members-button"
      aria-label=${`${channel.num_members} members`}
      title="Members"
      data-testid="members"
      onClick=${() => update({ overlay: { kind: "people", id: channel.id } })}
    >
      <span class="member-faces">
        ${channel.members.slice(0, 3).map((id) => html`<${Avatar} key=${id} id=${id} size=${22} />`)}
      </span>
      ${channel.num_members}
    </button>
  `;
}

/** Pins and bookmarks, only where there are any. */
function Bar({ channel }) {
  const ref = useRef(null);
  const [open, setOpen] = useState(false);
  if (!channel.pins?.length && !channel.bookmarks?.length && !channel.canvas) return null;
  return html`
    <div class="bookmarks">
      ${
        channel.pins?.length > 0 &&
        html`
          <button
            ref=${ref}
            type="button"
            class="bookmark"
            aria-expanded=${open}
            data-testid="pins"
            onClick=${() => setOpen(!open)}
          >
            <${Icon} name="pin" size=${14} />
            ${channel.pins.length}${" "}Pinned
          </button>
        `
      }
      ${open && html`<${Pins} channel=${channel} anchor=${ref.current} onClose=${() => setOpen(false)} />`}
      ${
        channel.canvas &&
        html`
          <button type="button" class="bookmark" data-testid="canvas" onClick=${() => openCanvas(channel.canvas)}>
            <${Icon} name="file" size=${14} />
            ${channel.canvas.title}
          </button>
        `
      }
      ${(channel.bookmarks ?? []).map(
        (one) => html`
          <span class="bookmark" key=${one.id}>
            <${Link} url=${one.link}>
              ${one.emoji ? `${emojiText(one.emoji)} ` : html`<${Icon} name="link" size=${14} />`}${one.title}
            <//>
          </span>
        `,
      )}
    </div>
  `;
}

function openCanvas({ title, markdown }) {
  update({ overlay: { kind: "document", title, text: markdown, isMarkdown: true } });
}

function menuOf(channel) {
  const { me } = getState();
  const mayManage = me.is_admin || channel.creator === me.id;
  return [
    { label: "Members", icon: "people", onSelect: () => update({ overlay: { kind: "people", id: channel.id } }) },
    channel.is_member &&
      !channel.is_archived && {
        label: "Edit the topic…",
        icon: "edit",
        onSelect: () => update({ overlay: { kind: "topic", id: channel.id } }),
      },
    channel.is_member &&
      !channel.is_general && {
        label: "Leave channel",
        icon: "back",
        onSelect: () => attempt(() => act("leave", { channel: channel.id })),
      },
    mayManage && { divider: true },
    mayManage && {
      label: "Rename channel…",
      icon: "edit",
      onSelect: () => update({ overlay: { kind: "rename", id: channel.id } }),
    },
    mayManage &&
      !channel.is_general &&
      !channel.is_archived && {
        label: "Archive channel…",
        icon: "trash",
        danger: true,
        onSelect: () => archive(channel),
      },
    mayManage &&
      channel.is_archived && {
        label: "Unarchive channel",
        icon: "back",
        onSelect: () => attempt(() => act("archive", { channel: channel.id, undo: true })),
      },
    me.is_admin &&
      !channel.is_general && {
        label: "Delete channel…",
        icon: "trash",
        danger: true,
        onSelect: () => remove(channel),
      },
  ];
}

async function remove(channel) {
  const yes = await ask({
    title: `Delete #${channel.name}?`,
    text: "Its messages go with it, for everybody and for good.",
    yes: "Delete",
    no: "Cancel",
    danger: true,
  });
  if (yes) await attempt(() => act("delete_channel", { channel: channel.id }));
}

async function archive(channel) {
  const yes = await ask({
    title: `Archive #${channel.name}?`,
    text: "Nobody can write in it any more. Its messages stay.",
    yes: "Archive",
    no: "Cancel",
    danger: true,
  });
  if (yes) await attempt(() => act("archive", { channel: channel.id }));
}
