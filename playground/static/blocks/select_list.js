// The open part of a select menu: a search field and the entries that match it.
import { cx, html, useEffect, useLayoutEffect, useRef, useState } from "../lib.js";
import { act } from "../api.js";
import { Avatar } from "../components/avatar.js";
import { Icon } from "../components/icon.js";
import { emojiText } from "../emoji.js";
import { Text, textString } from "../mrkdwn/render.js";
import { getState } from "../store.js";
import { useSurface } from "./surface.js";

const TYPING_PAUSE_MS = 200;
const DEFAULT_MIN_QUERY = 3;

/** Entries are {value, label, hint?, group?, user?}; `onPick` gets the value: an option object or an id. */
export function SelectList({ block, element, chosen, many = false, note = "", onPick }) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const { entries, words } = useEntries(block, element, query);
  const ref = useRef(null);
  useEffect(() => ref.current.querySelector("input").focus(), []);
  useLayoutEffect(() => ref.current.querySelector(".option-at")?.scrollIntoView({ block: "nearest" }), [at, query]);
  const onKey = (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && entries.length) setAt((at + moves[event.key] + entries.length) % entries.length);
    else if (event.key === "Enter") entries[at] && onPick(entries[at].value);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const listId = `list-${element.action_id}`;
  return html`
    <div ref=${ref} onKeyDown=${onKey}>
      <div class="select-search">
        <${Icon} name="search" size=${16} />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls=${listId}
          aria-autocomplete="list"
          aria-label="Search options"
          placeholder="Search"
          autocomplete="off"
          aria-activedescendant=${entries[at] ? `${listId}-${at}` : undefined}
          value=${query}
          onInput=${(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
        />
      </div>
      ${(note || words) && html`<p class="select-note" role="status">${note || words}</p>`}
      <ul class="options" role="listbox" id=${listId} aria-label="Options" aria-multiselectable=${many}>
        ${entries.map(
          (entry, index) => html`
            ${
              entry.group &&
              entry.group !== entries[index - 1]?.group &&
              html`<li class="option-group" role="presentation">${entry.group}</li>`
            }
            <${Option}
              entry=${entry}
              id=${`${listId}-${index}`}
              at=${index === at}
              chosen=${chosen.includes(entry.key)}
              onPick=${() => onPick(entry.value)}
              onOver=${() => setAt(index)}
            />
          `,
        )}
      </ul>
    </div>
  `;
}

function Option({ entry, id, at, chosen, onPick, onOver }) {
  return html`
    <li
      id=${id}
      class=${cx("option", at && "option-at", chosen && "option-chosen")}
      role="option"
      aria-selected=${chosen}
      data-value=${entry.key}
      onClick=${onPick}
      onPointerMove=${at ? undefined : onOver}
    >
      ${entry.user && html`<${Avatar} id=${entry.user} size=${20} />`}
      <span>
        ${
          entry.text
            ? html`<${Text} value=${entry.text} />`
            : entry.label
        }${entry.hint && html`<small>${entry.hint}</small>`}
      </span>
      ${chosen && html`<${Icon} name="check" size=${16} />`}
    </li>
  `;
}

/** The entries for what was typed, and words where there are none. */
function useEntries(block, element, query) {
  const external = element.type.includes("external");
  const fetched = useSuggestions(external, block, element, query);
  const all = external ? fetched.entries : localEntries(element);
  const wanted = query.trim().toLowerCase();
  const entries =
    external || !wanted ? all : all.filter((one) => `${one.label} ${one.hint ?? ""}`.toLowerCase().includes(wanted));
  if (fetched.words) return { entries, words: fetched.words };
  return { entries, words: entries.length ? "" : `Nothing matches “${query}”.` };
}

function localEntries(element) {
  if (element.type.includes("users")) return userEntries();
  if (element.type.includes("channels")) return channelEntries((one) => !one.is_private && !one.is_im && !one.is_mpim);
  if (element.type.includes("conversations")) return conversationEntries(element.filter);
  return optionEntries(element);
}

function optionEntries({ options, option_groups: groups }) {
  if (groups)
    return groups.flatMap((group) => group.options.map((one) => optionEntry(one, emojiText(textString(group.label)))));
  return (options ?? []).map((one) => optionEntry(one));
}

function optionEntry(option, group) {
  return {
    key: option.value,
    value: option,
    label: textString(option.text),
    text: option.text,
    hint: textString(option.description),
    group,
  };
}

function userEntries() {
  return Object.values(getState().users)
    .filter((user) => !user.deleted && !user.is_bot)
    .map((user) => ({ key: user.id, value: user.id, label: user.real_name, hint: user.title, user: user.id }));
}

function channelEntries(fits) {
  return Object.values(getState().channels)
    .filter((channel) => !channel.is_archived && fits(channel))
    .map((channel) => ({ key: channel.id, value: channel.id, label: `#${channel.name}` }));
}

function conversationEntries(filter = {}) {
  const include = filter.include ?? ["public", "private", "im", "mpim"];
  const kind = (one) => (one.is_im ? "im" : one.is_mpim ? "mpim" : one.is_private ? "private" : "public");
  const channels = channelEntries((one) => include.includes(kind(one)) && !one.is_im);
  return include.includes("im") ? [...channels, ...directEntries()] : channels;
}

/** Direct conversations by the name of the other person. */
function directEntries() {
  const { channels, users } = getState();
  return Object.values(channels)
    .filter((one) => one.is_im && users[one.im_user])
    .map((one) => ({ key: one.id, value: one.id, label: users[one.im_user].real_name, user: one.im_user }));
}

/** Asks the app for options a short while after the last key, once enough was typed. */
function useSuggestions(external, block, element, query) {
  const { origin } = useSurface();
  const [found, setFound] = useState({ entries: [], words: "" });
  const least = element.min_query_length ?? DEFAULT_MIN_QUERY;
  useEffect(() => {
    if (!external) return undefined;
    if (query.length < least) {
      setFound({ entries: [], words: `Type at least ${least} character${least === 1 ? "" : "s"} to search.` });
      return undefined;
    }
    let stale = false;
    setFound((before) => ({ ...before, words: "Loading…" }));
    const ask = async () => {
      const next = await suggestions(origin, block, element, query);
      if (!stale) setFound(next);
    };
    const timer = window.setTimeout(ask, TYPING_PAUSE_MS);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [external, query, least]);
  return found;
}

async function suggestions(origin, block, element, query) {
  const failed = { entries: [], words: "The app did not answer with options. Type again to try once more." };
  const answer = await act("suggest", {
    ...origin,
    block_id: block.block_id,
    action_id: element.action_id,
    query,
  }).catch(() => null);
  if (!answer || answer.ok === false) return failed;
  return { entries: optionEntries(answer), words: "" };
}
