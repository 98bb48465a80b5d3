// The messages of a channel in order, with day dividers, the "New" line and the beginning of the channel.
import { html, useEffect, useMemo, useRef, useState } from "../lib.js";
import { useStore } from "../store.js";
import { loadMessages, loadOlder, markRead } from "../actions/messages.js";
import { dateOfTs, dayLabel, dayOfTs } from "../time.js";
import { Icon } from "./icon.js";
import { Message } from "./message.js";
import { ChannelStart } from "./channel_start.js";
import { WindowedList } from "./windowed.js";

const GROUP_SECONDS = 300;
const ROW_PX = 54;
const LINE_PX = 22;
/** Who scrolls up goes on scrolling up: so many at a time. */
const OLDER = 200;

export function MessageList({ channel }) {
  const known = useStore((state) => state.messages[channel.id]);
  const hidden = useStore((state) => state.hidden);
  const unreadFrom = useStore((state) => state.unreadFrom[channel.id]);
  const jump = useStore((state) => state.jump);
  const list = useRef(null);
  const [bottom, setBottom] = useState(true);
  const rows = useMemo(() => rowsOf(channel.id, known, hidden, unreadFrom), [channel.id, known, hidden, unreadFrom]);
  const last = known?.list.at(-1);
  useReading(channel.id, known?.list, bottom);
  useFollowOwn(last, list);
  if (!known || (known.loading && !known.list.length))
    return html`<div class="scroller"><p class="quiet">Loading messages…</p></div>`;
  if (known.problem && !known.list.length)
    return html`<${LoadProblem} channel=${channel.id} problem=${known.problem} />`;
  return html`
    <div class="list-frame">
      <${WindowedList}
        key=${channel.id}
        handle=${list}
        rows=${rows}
        label=${`Messages in ${channel.name}`}
        jump=${jump?.channel === channel.id ? { key: jump.ts, n: jump.n } : null}
        onNearTop=${() => loadOlder(channel.id, OLDER)}
        onBottom=${setBottom}
        onKeyDown=${walk}
      >
        ${!known.hasMore && html`<${ChannelStart} channel=${channel} />`}
        ${known.hasMore && html`<p class="quiet">Loading older messages…</p>`}
      <//>
      ${
        !bottom &&
        html`
          <button type="button" class="to-bottom" onClick=${() => list.current?.toBottom()}>
            <${Icon} name="down" size=${16} />
            Jump to the newest
          </button>
        `
      }
    </div>
  `;
}

function LoadProblem({ channel, problem }) {
  return html`
    <div class="scroller">
      <div class="empty">
        <h2>The messages could not be loaded</h2>
        <p>${problem}</p>
        <button type="button" class="button" onClick=${() => loadMessages(channel, { fresh: true })}>Try again</button>
      </div>
    </div>
  `;
}

/** Rows of the list: dividers are part of the row below them, so that a row is always one message. */
function rowsOf(channel, known, hidden, unreadFrom) {
  const rows = [];
  let before = null;
  let newShown = !unreadFrom;
  for (const message of known?.list ?? []) {
    if (hidden[message.ts]) continue;
    const newDay = !before || dayOfTs(before.ts) !== dayOfTs(message.ts);
    const isNew = !newShown && message.ts > unreadFrom;
    newShown = newShown || isNew;
    const compact = !newDay && !isNew && follows(before, message);
    rows.push(rowOf(channel, message, { newDay, isNew, compact }));
    before = message;
  }
  return rows;
}

function rowOf(channel, message, { newDay, isNew, compact }) {
  const estimate = ROW_PX + LINE_PX * (message.blocks?.length ?? 0);
  const draw = () => html`
    ${newDay && html`<div class="day-divider"><span>${dayLabel(dateOfTs(message.ts))}</span></div>`}
    ${isNew && html`<div class="new-divider"><span>New</span></div>`}
    <${Message} channel=${channel} message=${message} compact=${compact} />
  `;
  return { key: message.ts, estimate, draw };
}

/** Whether a message stands under the one before it without repeating picture and name. */
export function follows(before, message) {
  if (!before || before.subtype === "channel_join" || message.subtype) return false;
  if (before.ephemeral || message.ephemeral || message.blocks?.[0]?.type === "header") return false;
  if (before.user !== message.user || before.username !== message.username || message.thread_ts) return false;
  return Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

/** Marks the channel read while its newest message is in sight of a visible window. */
function useReading(channel, list, bottom) {
  const last = list?.findLast((message) => !message.ephemeral);
  const isMember = useStore((state) => Boolean(state.channels[channel]?.is_member));
  const unread = useStore((state) => state.channels[channel]?.unread ?? 0);
  useEffect(() => {
    const read = () => {
      if (last && bottom && isMember && document.visibilityState === "visible") markRead(channel, last.ts);
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [channel, last?.ts, bottom, isMember, unread]);
}

/** What one writes oneself is always scrolled into sight. */
function useFollowOwn(last, list) {
  const me = useStore((state) => state.me.id);
  useEffect(() => {
    if (last?.user === me) list.current?.toBottom();
  }, [last?.ts]);
}

/** Up and down walk from message to message. */
export function walk(event) {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const current = document.activeElement?.closest("[data-testid=message]");
  if (document.activeElement !== current && document.activeElement !== event.currentTarget) return;
  const all = [...event.currentTarget.querySelectorAll("[data-testid=message]")];
  const at = current ? all.indexOf(current) : all.length;
  const next = all[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
