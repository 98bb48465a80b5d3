// Frames that come while a list is fetched: the answer may be older than they are, so they are applied to it again.

const waiting = new Set();

/** Remembers a frame for every list that is being fetched just now. */
export function note(frame) {
  for (const each of waiting) if (each.channel === frame.channel) each.frames.push(frame);
}

/** The answer of `fetching`, and the frames of the channel that came meanwhile. */
export async function withFrames(channel, fetching) {
  const each = { channel, frames: [] };
  waiting.add(each);
  try {
    return [await fetching(), each.frames];
  } finally {
    waiting.delete(each);
  }
}
