// Date, time and date-time pickers.
import { cx, html, useRef, useState } from "../lib.js";
import { Icon } from "../components/icon.js";
import { Popover } from "../components/popover.js";
import { textString } from "../mrkdwn/render.js";
import { clock } from "../time.js";
import { Calendar, readDay, writeDay } from "./calendar.js";
import { useChoice, useSurface } from "./surface.js";

const HALF_HOURS = Array.from(
  { length: 48 },
  (_, index) => `${String(index >> 1).padStart(2, "0")}:${index % 2 ? "30" : "00"}`,
);
const shownDay = new Intl.DateTimeFormat(undefined, { month: "long", day: "numeric", year: "numeric" });

export function DateElement({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const busy = useSurface().isBusy(block, element);
  return html`
    <${DateField}
      value=${value}
      onPick=${choose}
      ids=${ids}
      busy=${busy}
      testid=${`action-${element.action_id}`}
      placeholder=${textString(element.placeholder) || "Select a date"}
    />
  `;
}

export function TimeElement({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const busy = useSurface().isBusy(block, element);
  return html`
    <${TimeField}
      value=${value}
      onPick=${choose}
      ids=${ids}
      busy=${busy}
      testid=${`action-${element.action_id}`}
      placeholder=${textString(element.placeholder) || "Select a time"}
    />
  `;
}

/** A date and a time beside each other; the value is Unix seconds. */
export function DateTimeElement({ block, element, ids }) {
  const [value, choose] = useChoice(block, element);
  const date = value ? new Date(value * 1000) : null;
  const day = date ? writeDay(date) : null;
  const time = date
    ? `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`
    : null;
  const pick = (nextDay, nextTime) => {
    const at = readDay(nextDay ?? writeDay(new Date()));
    const [hours, minutes] = (nextTime ?? "09:00").split(":").map(Number);
    at.setHours(hours, minutes, 0, 0);
    choose(Math.floor(at.getTime() / 1000));
  };
  const testid = `action-${element.action_id}`;
  return html`
    <div class="date-time" role="group" aria-label=${ids.label || "Date and time"} data-testid=${testid}>
      <${DateField}
        value=${day}
        onPick=${(next) => pick(next, time)}
        ids=${ids}
        testid=${`${testid}-date`}
        placeholder="Select a date"
      />
      <${TimeField}
        value=${time}
        onPick=${(next) => pick(day, next)}
        ids=${{ describedby: ids.describedby, label: "Time" }}
        testid=${`${testid}-time`}
        placeholder="Select a time"
      />
    </div>
  `;
}

function PickerFrame({ icon, shown, placeholder, ids, busy, testid, children }) {
  const ref = useRef(null);
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    ref.current?.focus();
  };
  const name = [ids.label, shown || placeholder].filter(Boolean).join(": ");
  return html`
    <div class="select">
      <button
        ref=${ref}
        type="button"
        id=${ids.id}
        class=${cx("select-button", !shown && "select-empty", busy && "busy")}
        aria-haspopup="dialog"
        aria-expanded=${open}
        aria-label=${name}
        aria-describedby=${ids.describedby}
        aria-invalid=${ids.invalid}
        data-testid=${testid}
        onClick=${() => setOpen(!open)}
      >
        <${Icon} name=${icon} size=${16} />
        <span class="select-shown">${shown || placeholder}</span>
        <${Icon} name="down" size=${16} />
      </button>
      ${
        open &&
        html`
          <${Popover}
            anchor=${ref.current}
            onClose=${() => setOpen(false)}
            label=${placeholder}
            className="picker-popover"
          >
            ${children(close)}
          <//>
        `
      }
    </div>
  `;
}

function DateField({ value, onPick, ids, busy, testid, placeholder }) {
  const shown = value ? shownDay.format(readDay(value)) : "";
  return html`
    <${PickerFrame} icon="calendar" shown=${shown} placeholder=${placeholder} ids=${ids} busy=${busy} testid=${testid}>
      ${(close) => html`
        <${Calendar}
          value=${value}
          onPick=${(day) => {
            close();
            onPick(day);
          }}
        />
      `}
    <//>
  `;
}

function TimeField({ value, onPick, ids, busy, testid, placeholder }) {
  const shown = value ? clock(atTime(value)) : "";
  return html`
    <${PickerFrame} icon="clock" shown=${shown} placeholder=${placeholder} ids=${ids} busy=${busy} testid=${testid}>
      ${(close) => html`
        <${TimeList}
          value=${value}
          onPick=${(time) => {
            close();
            onPick(time);
          }}
        />
      `}
    <//>
  `;
}

function atTime(value) {
  const [hours, minutes] = value.split(":").map(Number);
  return new Date(2000, 0, 1, hours, minutes);
}

/** A field for any minute above the half hours. */
function TimeList({ value, onPick }) {
  const [typed, setTyped] = useState(value ?? "");
  const onKeyDown = (event) => {
    if (event.key === "Enter" && typed) onPick(typed);
    if (event.key === "Enter") event.preventDefault();
  };
  return html`
    <div class="time-list">
      <div class="time-exact">
        <input
          type="time"
          aria-label="Exact time"
          value=${typed}
          onInput=${(event) => setTyped(event.currentTarget.value)}
          onKeyDown=${onKeyDown}
        />
        <button type="button" class="button" disabled=${!typed} onClick=${() => onPick(typed)}>Set</button>
      </div>
      <ul class="options" role="listbox" aria-label="Times">
        ${HALF_HOURS.map(
          (time) => html`
            <li
              key=${time}
              class=${cx("option", time === value && "option-chosen")}
              role="option"
              aria-selected=${time === value}
              data-value=${time}
              tabindex="0"
              onClick=${() => onPick(time)}
              onKeyDown=${(event) => event.key === "Enter" && onPick(time)}
            >
              ${clock(atTime(time))}
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}
