// One message: author, time, text or blocks, files, reactions, thread summary, and what can be done with it.
import { cx, html, memo, useMemo, useState } from "../lib.js";
import { useStore } from "../store.js";
import { clock, dateOfTs, fullStamp } from "../time.js";
import { Blocks } from "../blocks/block.js";
import { useMessageSurface } from "../blocks/surface.js";
import { Line, Mrkdwn } from "../mrkdwn/render.js";
import { dismissEphemeral } from "../actions/messages.js";
import { openProfile } from "../actions/places.js";
import { Avatar } from "./avatar.js";
import { Attachments } from "./attachments.js";
import { Files } from "./files.js";
import { Icon } from "./icon.js";
import { MessageEditor } from "./message_editor.js";
import { MessageToolbar } from "./message_toolbar.js";
import { Reactions } from "./reactions.js";
import { ThreadSummary } from "./thread_summary.js";

// Joins, topics and the like: told by Slack itself, in grey.
const SYSTEM = new Set([
  "channel_join",
  "channel_leave",
  "group_join",
  "group_leave",
  "channel_topic",
  "channel_purpose",
  "channel_name",
  "group_topic",
  "group_purpose",
  "group_name",
  "channel_archive",
  "channel_unarchive",
  "group_archive",
  "group_unarchive",
]);

export const Message = memo(function Message({ channel, message, compact = false, inThread = false }) {
  const [over, setOver] = useState(false);
  const [held, setHeld] = useState(false);
  const [editing, setEditing] = useState(false);
  const pinned = useStore((state) => Boolean(state.channels[channel]?.pins?.includes(message.ts)));
  const marked = useStore((state) =>
    state.jump?.ts === message.ts && state.jump.channel === channel ? state.jump.n : 0,
  );
  const { name } = useAuthor(message);
  const classes = cx(
    "message",
    compact && "compact",
    message.ephemeral && "ephemeral",
    pinned && "pinned",
    SYSTEM.has(message.subtype) && "system",
  );
  const leave = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setOver(false);
  };
  return html`
    <article
      class=${classes}
      data-testid="message"
      data-ts=${message.ts}
      tabindex="-1"
      aria-label=${`${name}, ${clock(dateOfTs(message.ts))}`}
      onPointerEnter=${() => setOver(true)}
      onPointerLeave=${() => setOver(false)}
      onFocusIn=${() => setOver(true)}
      onFocusOut=${leave}
    >
      ${marked > 0 && html`<span class="flash" key=${marked} />`}
      <${Notes} message=${message} pinned=${pinned} inThread=${inThread} />
      <div class="message-row">
        <${Side} message=${message} compact=${compact} />
        <div class="message-main">
          ${!compact && html`<${Head} message=${message} />`}
          ${
            editing
              ? html`<${MessageEditor} channel=${channel} message=${message} onDone=${() => setEditing(false)} />`
              : html`<${Body} channel=${channel} message=${message} />`
          }
          ${message.reactions?.length > 0 && html`<${Reactions} channel=${channel} message=${message} />`}
          ${!inThread && message.reply_count > 0 && html`<${ThreadSummary} channel=${channel} message=${message} />`}
        </div>
      </div>
      ${
        (over || held) &&
        !editing &&
        !message.ephemeral &&
        html`
          <${MessageToolbar}
            channel=${channel}
            message=${message}
            pinned=${pinned}
            inThread=${inThread}
            onEdit=${() => setEditing(true)}
            onHold=${setHeld}
          />
        `
      }
    </article>
  `;
});

/** Who a message shows as: a custom name, a person, or the app. */
export function useAuthor(message) {
  const user = useStore((state) => state.users[message.user]);
  const app = useStore((state) => (message.bot_id || message.app_id ? state.app : null));
  const name = message.username || user?.real_name || user?.name || app?.name || "Unknown";
  return { name, isApp: Boolean(message.bot_id || user?.is_bot || app), id: message.user ?? app?.bot_user_id };
}

/** The author's picture, or the time alone where the message follows one of the same author. */
function Side({ message, compact }) {
  const { id } = useAuthor(message);
  const time = html`<time class="side-time">${clock(dateOfTs(message.ts))}</time>`;
  const picture = html`<${Avatar} id=${id} name=${message.username} icons=${message.icons} />`;
  return html`<div class="message-side">${compact ? time : picture}</div>`;
}

function Head({ message }) {
  const { name, isApp, id } = useAuthor(message);
  const at = dateOfTs(message.ts);
  return html`
    <div class="message-head">
      <button type="button" class="author" onClick=${(event) => openProfile(id, event.currentTarget)}>${name}</button>
      ${isApp && html`<span class="app-badge">APP</span>`}
      <time class="stamp" datetime=${at.toISOString()} title=${fullStamp(at)}>${clock(at)}</time>
    </div>
  `;
}

function Notes({ message, pinned, inThread }) {
  const pinnedNote =
    pinned &&
    html`
      <p class="note note-pin">
        <${Icon} name="pin" size=${13} />
        Pinned
      </p>
    `;
  const broadcast =
    message.subtype === "thread_broadcast" &&
    !inThread &&
    html`
      <p class="note">
        <${Icon} name="thread" size=${13} />
        replied to a thread
      </p>
    `;
  if (!message.ephemeral)
    return html`${pinnedNote}${broadcast}`;
  return html`
    <p class="note note-ephemeral">
      <${Icon} name="eye" size=${13} />
      Only visible to you
      <button type="button" class="note-dismiss" onClick=${() => dismissEphemeral(message.ts)}>Dismiss message</button>
    </p>
  `;
}

function Body({ channel, message }) {
  const surface = useMessageSurface(channel, message.ts);
  const big = useMemo(() => (isBigEmoji(message) ? "big-emoji" : ""), [message]);
  const edited =
    message.edited &&
    !isCard(message) &&
    html`<span class="edited" title=${fullStamp(dateOfTs(message.edited.ts))}>(edited)</span>`;
  return html`
    <div class="message-body">
      ${
        message.blocks?.length > 0
          ? html`
              <div class=${big}><${Blocks} blocks=${message.blocks} surface=${surface} /></div>
              ${edited}
            `
          : message.text &&
            html`
              <div class=${`message-text ${big}`}>
                ${
                  SYSTEM.has(message.subtype)
                    ? html`<${Line} text=${noticeOf(message)} />`
                    : html`<${Mrkdwn} text=${message.text} />`
                }
                ${edited}
              </div>
            `
      }
      ${
        message.attachments?.length > 0 &&
        html`<${Attachments} attachments=${message.attachments} surface=${surface} />`
      }
      ${
        message.streaming_state === "in_progress" &&
        html`<span class="streaming" role="img" aria-label="Still being written" />`
      }
      ${message.files?.length > 0 && html`<${Files} files=${message.files} />`}
    </div>
  `;
}

/** An app's blocks are drawn anew without a mark, as Slack does: only edited text says so. */
function isCard({ bot_id: bot, blocks, attachments }) {
  return Boolean(bot && (blocks?.length || attachments?.length));
}

/** What the author did; who that is stands above it. */
function noticeOf({ text }) {
  return text.replace(/^<@[UW][A-Z0-9]+> (has )?/, "");
}

/** A few emoji and nothing else, written by a person, are drawn large. */
function isBigEmoji({ text, bot_id: bot }) {
  return !bot && /^(\s*:[a-z0-9_+'-]+:(:skin-tone-[2-6]:)?\s*){1,5}$/.test(text ?? "");
}
