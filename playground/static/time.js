// Times as Slack writes them, in the zone and language of the browser that looks.

const DAY_MS = 86_400_000;

/** A Slack ts ("1795226520.000100") as a Date. */
export function dateOfTs(ts) {
  return new Date(Math.floor(Number(String(ts).split(".")[0])) * 1000);
}

function formatter(options) {
  const made = new Intl.DateTimeFormat(undefined, options);
  return (date) => made.format(date);
}

// Where the day has 24 hours, "02:07" and not "2:07".
const hour = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12 ? "numeric" : "2-digit";

export const clock = formatter({ hour, minute: "2-digit" });
export const clockSeconds = formatter({ hour, minute: "2-digit", second: "2-digit" });
const fullDay = formatter({ weekday: "long", month: "long", day: "numeric" });
const longDate = formatter({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
export const fullStamp = formatter({ dateStyle: "full", timeStyle: "medium" });

/** Calendar day number of a date in the local zone: equal numbers mean the same day. */
function dayOf(date) {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / DAY_MS);
}

const days = new Map();

/** The day of a Slack ts. Remembered, for a list asks it of all its messages whenever one more comes. */
export function dayOfTs(ts) {
  if (!days.has(ts)) days.set(ts, dayOf(dateOfTs(ts)));
  return days.get(ts);
}

/** "Today", "Yesterday", "Monday, November 2" as in Slack's day dividers. */
export function dayLabel(date) {
  const near = relativeDay(date);
  if (near) return near[0].toUpperCase() + near.slice(1);
  return date.getFullYear() === new Date().getFullYear() ? fullDay(date) : longDate(date);
}

function relativeDay(date) {
  const away = dayOf(date) - dayOf(new Date());
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[away] ?? "";
}

const HALF_YEAR_MS = 182 * DAY_MS;

/** A date whose year is left out within half a year of today, as Slack does. */
function nearDate(options) {
  const near = formatter(options);
  const far = formatter({ ...options, year: "numeric" });
  return (date) => (Math.abs(date.getTime() - Date.now()) < HALF_YEAR_MS ? near(date) : far(date));
}

const monthDay = nearDate({ month: "long", day: "numeric" });
const shortDay = nearDate({ month: "short", day: "numeric" });
const weekDay = nearDate({ weekday: "long", month: "long", day: "numeric" });

function isoDay(date) {
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "5 minutes ago", "in 2 hours". */
export function ago(date, now = new Date()) {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(Math.trunc(seconds), "second");
}

const TOKENS = {
  date_num: isoDay,
  date: monthDay,
  date_slash: formatter({ year: "numeric", month: "2-digit", day: "2-digit" }),
  date_short: shortDay,
  date_long: weekDay,
  date_pretty: (date) => relativeDay(date) || monthDay(date),
  date_short_pretty: (date) => relativeDay(date) || shortDay(date),
  date_long_pretty: (date) => relativeDay(date) || weekDay(date),
  day_divider_pretty: (date) => relativeDay(date) || fullDay(date),
  time: clock,
  time_secs: clockSeconds,
  ago: (date) => ago(date),
};

/** `{date_short_pretty} {time}` filled for `epoch` seconds; null when the format or the number is not Slack's. */
export function formatDateToken(epoch, format) {
  const date = new Date(Number(epoch) * 1000);
  if (!format || Number.isNaN(date.getTime())) return null;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => {
    if (!TOKENS[token]) known = false;
    return TOKENS[token] ? TOKENS[token](date) : whole;
  });
  return known ? text : null;
}
