// The live socket: frames as they happen, and a fresh start by itself whenever it was cut.
import { boot } from "./actions/session.js";
import { applyFrame } from "./actions/frames.js";
import { getState, update } from "./store.js";
import { read, whoAmI } from "./api.js";

const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 4_000;

let retryMs = FIRST_RETRY_MS;

/** Connects for ever. Frames that arrive before the boot document wait for it, so none is lost in between. */
export function connect() {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${window.location.host}/page/live?user=${encodeURIComponent(whoAmI())}`);
  const early = [];
  let booted = false;
  socket.addEventListener("open", async () => {
    try {
      await boot();
      retryMs = FIRST_RETRY_MS;
      booted = true;
      early.splice(0).forEach(applyFrame);
    } catch (problem) {
      fail(problem);
      socket.close();
    }
  });
  socket.addEventListener("message", (event) => {
    const frame = JSON.parse(event.data);
    if (booted) applyFrame(frame);
    else early.push(frame);
  });
  socket.addEventListener("close", () => {
    if (getState().status === "live") update({ status: "reconnecting" });
    else if (!booted) explain();
    window.setTimeout(connect, retryMs);
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
  });
}

/** A socket that never opened tells no reason; the boot document does. */
async function explain() {
  await read("boot").catch(fail);
}

function fail(problem) {
  update({ status: getState().me ? "reconnecting" : "failed", problem: problem.message });
}
