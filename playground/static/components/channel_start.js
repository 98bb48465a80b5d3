// What stands above the first message: what this place is for and what to do in it.
import { html } from "../lib.js";
import { useStore } from "../store.js";
import { Line } from "../mrkdwn/render.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";

export function ChannelStart({ channel }) {
  const other = useStore((state) => state.users[channel.im_user]);
  if (channel.is_im) {
    const name = other?.real_name ?? channel.name;
    const words = other?.is_bot
      ? `What ${name} tells only you arrives here.`
      : `This is the beginning of your messages with ${name}.`;
    return html`
      <div class="channel-start">
        <${Avatar} id=${channel.im_user} size=${64} />
        <h2>${name}</h2>
        <p>${words}</p>
      </div>
    `;
  }
  return html`
    <div class="channel-start">
      <h2>
        <${Icon} name=${channel.is_private ? "lock" : "hash"} size=${26} />
        ${channel.name}
      </h2>
      <p>
        ${`This is the very beginning of the ${channel.is_private ? "private " : ""}channel `}
        <strong>${channel.name}</strong>
        ${". "}
        <${Line} text=${channel.purpose} />
      </p>
    </div>
  `;
}
