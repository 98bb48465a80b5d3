// Where people write: Enter sends, "/" completes commands, "@", "#" and ":" complete names.
import { html, useEffect, useRef, useState } from "../lib.js";
import { getState, useStore } from "../store.js";
import { runShortcut } from "../actions/messages.js";
import { AttachButton, shareFiles } from "./attach.js";
import { CompletionList } from "./completion_list.js";
import { EmojiPicker } from "./emoji_picker.js";
import { FormatBar } from "./format_bar.js";
import { Icon } from "./icon.js";
import { MenuButton } from "./menu.js";
import { useWriting } from "./use_writing.js";

const HINT = ["Enter", " to send, ", "Shift + Enter", " for a new line"];

/** `threadTs` makes it the composer of a thread. On a wide window it takes the focus when a place is opened. */
export function Composer({ channel, threadTs, placeholder }) {
  const writing = useWriting(channel, threadTs);
  const { draftKey, text, completing, underway } = writing;
  const listId = `completion-${draftKey}`;
  const drop = (event) => {
    event.preventDefault();
    shareFiles([...event.dataTransfer.files], { channel, threadTs, writing });
  };
  useEffect(() => {
    if (window.matchMedia("(min-width: 700px)").matches) writing.ref.current.focus({ preventScroll: true });
  }, [draftKey]);
  return html`
    <div class="composer-area">
      ${
        completing.shown &&
        html`
          <${CompletionList}
            id=${listId}
            completion=${completing.shown}
            at=${completing.at}
            onPick=${completing.pick}
            onOver=${completing.setAt}
          />
        `
      }
      ${!completing.shown && underway && html`<${Usage} command=${underway} />`}
      <div class="composer" onDragOver=${(event) => event.preventDefault()} onDrop=${drop}>
        <${FormatBar} onWrap=${writing.wrap} />
        <${Field} writing=${writing} inThread=${Boolean(threadTs)} placeholder=${placeholder} listId=${listId} />
        ${threadTs && html`<${AlsoInChannel} writing=${writing} channel=${channel} />`}
        <${Foot} writing=${writing} channel=${channel} threadTs=${threadTs} />
      </div>
      <p class="composer-hint">
        ${text && HINT.map((words, index) => (index % 2 ? words : html`<b>${words}</b>`))}
      </p>
    </div>
  `;
}

/** The usage of the command whose arguments are being typed. */
function Usage({ command }) {
  return html`
    <p class="usage">
      <strong>${command.command}</strong>
      <span>${command.usage_hint}</span>
      <small>${command.description}</small>
    </p>
  `;
}

function Field({ writing, inThread, placeholder, listId }) {
  const { completing } = writing;
  return html`
    <textarea
      ref=${writing.ref}
      rows="1"
      data-testid=${inThread ? "thread-composer" : "composer"}
      placeholder=${placeholder}
      aria-label=${placeholder}
      aria-haspopup="listbox"
      aria-controls=${completing.shown ? listId : undefined}
      aria-autocomplete="list"
      aria-activedescendant=${completing.shown ? `${listId}-${completing.at}` : undefined}
      value=${writing.text}
      onInput=${writing.onInput}
      onKeyDown=${writing.onKeyDown}
      onSelect=${completing.moved}
      onBlur=${completing.leave}
      onFocus=${completing.enter}
    ></textarea>
  `;
}

function AlsoInChannel({ writing, channel }) {
  const place = useStore((state) => state.channels[channel]);
  return html`
    <label class="choice composer-also">
      <input
        type="checkbox"
        checked=${writing.broadcast}
        onChange=${(event) => writing.setBroadcast(event.currentTarget.checked)}
      />
      <span>Also send ${place?.is_im || place?.is_mpim ? "as a direct message" : `to #${place?.name}`}</span>
    </label>
  `;
}

function Foot({ writing, channel, threadTs }) {
  const inThread = Boolean(threadTs);
  return html`
    <div class="composer-foot">
      <${Shortcuts} onSlash=${() => writing.write({ text: "/", caret: 1 })} disabled=${inThread} />
      <${AttachButton} channel=${channel} threadTs=${threadTs} writing=${writing} />
      <${EmojiButton} onPick=${(name) => writing.insert(`:${name}: `)} />
      <${Tool} icon="at" label="Mention someone" onPress=${() => writing.insert("@")} />
      ${!inThread && html`<${Tool} icon="slash" label="Run a command" onPress=${() => writing.write({ text: "/", caret: 1 })} />`}
      <span class="spacer" />
      <button
        type="button"
        class="send-button"
        data-testid=${inThread ? "thread-send" : "composer-send"}
        aria-label="Send"
        title="Send"
        disabled=${!writing.text.trim()}
        onClick=${writing.submit}
      >
        <${Icon} name="send" />
      </button>
    </div>
  `;
}

function Tool({ icon, label, onPress }) {
  return html`
    <button type="button" class="icon-button" aria-label=${label} title=${label} onClick=${onPress}>
      <${Icon} name=${icon} />
    </button>
  `;
}

/** The app's global shortcuts: things one can start from anywhere. */
function Shortcuts({ onSlash, disabled }) {
  const entries = () => {
    const { shortcuts, app } = getState();
    const global = shortcuts.filter((one) => one.type === "global");
    return [
      { heading: global.length ? `Shortcuts of ${app.name}` : "No app has a shortcut here" },
      ...global.map((one) => ({
        label: one.name,
        hint: one.description,
        icon: "bolt",
        testid: `shortcut-${one.callback_id}`,
        onSelect: () => runShortcut(one.callback_id),
      })),
      { divider: true },
      { label: "Run a slash command", icon: "slash", onSelect: onSlash },
    ];
  };
  return html`
    <${MenuButton}
      entries=${entries}
      label="Shortcuts"
      icon="plus"
      className="icon-button round"
      side="top"
      align="start"
      testid="shortcuts-menu"
      disabled=${disabled}
    />
  `;
}

function EmojiButton({ onPick }) {
  const ref = useRef(null);
  const [open, setOpen] = useState(false);
  const pick = (name) => {
    setOpen(false);
    onPick(name);
  };
  return html`
    <button
      ref=${ref}
      type="button"
      class="icon-button"
      aria-label="Emoji"
      title="Emoji"
      aria-expanded=${open}
      onClick=${() => setOpen(!open)}
    >
      <${Icon} name="smile" />
    </button>
    ${open && html`<${EmojiPicker} anchor=${ref.current} onClose=${() => setOpen(false)} onPick=${pick} />`}
  `;
}
