// What places are called on the page.

/** "Ben Okafor, Dev Patel": everyone in a direct message of several but the one who looks. */
export function groupName(channel, { users, me }) {
  const others = channel.members.filter((id) => id !== me.id);
  return others.map((id) => users[id]?.real_name ?? id).join(", ");
}
