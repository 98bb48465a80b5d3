// HTTP to the playground server: reads under /page, deeds under /control; both always say who is looking.
import { getState } from "./store.js";

export class ApiError extends Error {}

/** Which person this window is: an id or a handle. */
export function whoAmI() {
  return getState().me?.id ?? requestedUser();
}

/** The person asked for in the address, else the one this tab showed last, else the first seeded one. */
export function requestedUser() {
  const asked = new URLSearchParams(window.location.search).get("user");
  return asked || window.sessionStorage.getItem("user") || "ana";
}

/** GET /page/<path>; throws ApiError with words fit for a person. */
export async function read(path, params = {}) {
  const query = new URLSearchParams({ user: whoAmI() });
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== null) query.set(key, value);
  }
  return exchange(`/page/${path}?${query}`, {});
}

/** POST /control/<deed> as this person, without waiting longer than the app's ack. */
export async function act(deed, body = {}) {
  return post(`/control/${deed}`, { user: whoAmI(), wait: 0, ...body });
}

/** POST JSON to any path of the server. */
export async function post(path, body) {
  return exchange(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Stores files of this person, and shares them where `fields` say so: {channel, text?, thread_ts?}. */
export async function upload(files, fields = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ user: whoAmI(), ...fields })) if (value) form.set(name, value);
  for (const file of files) form.append("file", file);
  return exchange("/control/upload", { method: "POST", body: form });
}

/** GET any path of the server. */
export async function get(path) {
  return exchange(path, {});
}

async function exchange(path, init) {
  const response = await fetch(path, init).catch(() => {
    throw new ApiError("The playground does not answer. Is it still running? This page tries again by itself.");
  });
  const body = await response.text().catch(() => "");
  const answer = parsed(body);
  if (response.ok && answer) return answer;
  throw new ApiError(
    answer?.detail ||
      answer?.text ||
      answer?.error ||
      body ||
      `The playground answered ${response.status} to ${path.split("?")[0]}.`,
  );
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
