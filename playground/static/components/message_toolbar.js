// The buttons that float over a message: react, reply, and the menu with pin, link, edit and the app's shortcuts.
import { html } from "../lib.js";
import { getState } from "../store.js";
import { ask } from "../actions/confirm.js";
import { pin, react, remove, runShortcut } from "../actions/messages.js";
import { openThread, permalink } from "../actions/places.js";
import { toast } from "../actions/toasts.js";
import { emojiChar, emojiText } from "../emoji.js";
import { textString } from "../mrkdwn/render.js";
import { Icon } from "./icon.js";
import { MenuButton } from "./menu.js";
import { AddReaction } from "./reactions.js";

const QUICK = ["white_check_mark", "eyes", "raised_hands"];

export function MessageToolbar({ channel, message, pinned, inThread, onEdit, onHold }) {
  const entries = () => menuOf(channel, message, pinned, onEdit);
  return html`
    <div class="toolbar" role="toolbar" aria-label="Message actions">
      ${QUICK.map(
        (name) => html`
          <button
            type="button"
            key=${name}
            class="icon-button emoji"
            aria-label=${`React with ${name.replace(/_/g, " ")}`}
            title=${`:${name}:`}
            onClick=${() => react(channel, message.ts, name, false)}
          >
            ${emojiChar(name)}
          </button>
        `,
      )}
      <${AddReaction} channel=${channel} ts=${message.ts} onHold=${onHold} />
      ${
        !inThread &&
        html`
          <button
            type="button"
            class="icon-button"
            aria-label="Reply in thread"
            title="Reply in thread"
            data-testid="reply-in-thread"
            onClick=${() => openThread(channel, message.thread_ts ?? message.ts)}
          >
            <${Icon} name="thread" size=${17} />
          </button>
        `
      }
      <${MenuButton} entries=${entries} label="More actions" testid="message-more" />
    </div>
  `;
}

function menuOf(channel, message, pinned, onEdit) {
  const { me, shortcuts, app } = getState();
  const own = message.user === me.id;
  const forMessages = shortcuts.filter((one) => one.type === "message");
  return [
    { label: "Copy link", icon: "link", onSelect: () => copyLink(channel, message) },
    { label: "Show its notification", icon: "bell", onSelect: () => notify(message) },
    {
      label: pinned ? "Unpin from this channel" : "Pin to this channel",
      icon: "pin",
      testid: "message-pin",
      onSelect: () => pin(channel, message.ts, pinned),
    },
    own && { divider: true },
    own && { label: "Edit message", icon: "edit", onSelect: onEdit },
    own && { label: "Delete message…", icon: "trash", danger: true, onSelect: () => removeAsked(channel, message) },
    forMessages.length > 0 && { heading: app.name },
    ...forMessages.map((one) => ({
      label: one.name,
      hint: one.description,
      icon: "bolt",
      testid: `shortcut-${one.callback_id}`,
      onSelect: () => runShortcut(one.callback_id, { channel, ts: message.ts }),
    })),
  ];
}

/** What a phone would show of it: never the blocks, only the text that was sent beside them. */
function notify(message) {
  const { users, app } = getState();
  const author = message.username || users[message.user]?.real_name || app.name;
  const words = emojiText(textString({ type: "mrkdwn", text: message.text ?? "" }));
  toast(`${author}: ${words || "(no text: notifications and screen readers have nothing to say)"}`, "info");
}

async function copyLink(channel, message) {
  const link = permalink(channel, message);
  const copied = await navigator.clipboard?.writeText(link).then(
    () => true,
    () => false,
  );
  toast(copied ? "Link copied." : link, "info");
}

async function removeAsked(channel, message) {
  const yes = await ask({
    title: "Delete message",
    text: "Delete this message? This cannot be undone.",
    yes: "Delete",
    no: "Cancel",
    danger: true,
  });
  if (yes) await remove(channel, message.ts);
}
