// A month of days, worked by mouse or arrow keys.
import { cx, html, useEffect, useRef, useState } from "../lib.js";
import { Icon } from "../components/icon.js";

const MONTH = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: "narrow" });
const WEEKDAY_LONG = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** "2026-11-21" as a local Date at midnight, and back. */
export function readDay(text) {
  const [year, month, day] = text.split("-").map(Number);
  return new Date(year, month - 1, day);
}

export function writeDay(date) {
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function addDays(date, days) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** `value` and what `onPick` gets are "YYYY-MM-DD". Weeks begin on Monday. */
export function Calendar({ value, onPick }) {
  const [focus, setFocus] = useState(value ? readDay(value) : readDay(writeDay(new Date())));
  const ref = useRef(null);
  useEffect(() => ref.current.querySelector("[tabindex='0'].day")?.focus(), [focus]);
  const onKeyDown = (event) => {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    setFocus(addDays(focus, STEPS[event.key]));
  };
  const turn = (months) => setFocus(new Date(focus.getFullYear(), focus.getMonth() + months, 1));
  return html`
    <div class="calendar" ref=${ref}>
      <div class="calendar-head">
        <button type="button" class="icon-button" aria-label="Previous month" onClick=${() => turn(-1)}>
          <${Icon} name="left" />
        </button>
        <strong aria-live="polite">${MONTH.format(focus)}</strong>
        <button type="button" class="icon-button" aria-label="Next month" onClick=${() => turn(1)}>
          <${Icon} name="right" />
        </button>
      </div>
      <table role="grid" aria-label=${MONTH.format(focus)} onKeyDown=${onKeyDown}>
        <thead>
          <tr>
            ${weekOf(new Date(2024, 0, 1)).map(
              (day) => html`
                <th key=${day.getDay()} scope="col" abbr=${WEEKDAY_LONG.format(day)}>${WEEKDAY.format(day)}</th>
              `,
            )}
          </tr>
        </thead>
        <tbody>
          ${weeksOf(focus).map(
            (week) => html`
              <tr key=${writeDay(week[0])}>
                ${week.map(
                  (day) => html`
                    <${Day} key=${writeDay(day)} day=${day} focus=${focus} value=${value} onPick=${onPick} />
                  `,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function weekOf(monday) {
  return Array.from({ length: 7 }, (_, index) => addDays(monday, index));
}

function weeksOf(focus) {
  const first = new Date(focus.getFullYear(), focus.getMonth(), 1);
  const monday = addDays(first, -((first.getDay() + 6) % 7));
  return Array.from({ length: 6 }, (_, index) => weekOf(addDays(monday, index * 7)));
}

function Day({ day, focus, value, onPick }) {
  const text = writeDay(day);
  const classes = cx(
    "day",
    day.getMonth() !== focus.getMonth() && "day-other",
    text === value && "day-chosen",
    text === writeDay(new Date()) && "day-today",
  );
  return html`
    <td role="gridcell" aria-selected=${text === value}>
      <button
        type="button"
        class=${classes}
        tabindex=${text === writeDay(focus) ? 0 : -1}
        aria-label=${FULL.format(day)}
        data-day=${text}
        onClick=${() => onPick(text)}
      >
        ${day.getDate()}
      </button>
    </td>
  `;
}
