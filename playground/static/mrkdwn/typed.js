// Wire text back to what a person would type: handles instead of ids.
import { getState } from "../store.js";
import { decode } from "./parse.js";

/** "<@U02BEN> &lt; 5" → "@ben < 5". */
export function toTyped(wire) {
  const { users, channels, usergroups } = getState();
  const named = wire.replace(/<([@#!])(?:subteam\^)?([^>|]+)(?:\|([^>]*))?>/g, (whole, kind, id, label) => {
    if (kind === "@") return `@${users[id]?.name ?? label ?? id}`;
    if (kind === "#") return `#${channels[id]?.name ?? label ?? id}`;
    return `@${usergroups.find((group) => group.id === id)?.handle ?? id}`;
  });
  return decode(named.replace(/<(https?:[^>|]+)(?:\|[^>]*)?>/g, "$1"));
}
