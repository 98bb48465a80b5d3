// A Bolt app as the JavaScript tutorials have it. Nothing in it knows of the playground but one base url.
import bolt from "@slack/bolt";

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

const text = (words) => ({ type: "plain_text", text: words });
const section = (words) => ({ type: "section", text: { type: "mrkdwn", text: words } });

app.message("hello", async ({ message, say }) => {
  const accessory = { type: "button", text: text("Click Me"), action_id: "button_click" };
  await say({ text: `Hey there <@${message.user}>!`, blocks: [{ ...section(`Hey there <@${message.user}>!`), accessory }] });
});

app.action("button_click", async ({ body, ack, say }) => {
  await ack();
  await say(`<@${body.user.id}> clicked the button`);
});

app.command("/echo", async ({ command, ack, respond }) => {
  await ack();
  await respond(command.text);
});

app.command("/ticket", async ({ body, ack, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: "modal",
      callback_id: "ticket",
      private_metadata: body.channel_id,
      title: text("Ticket"),
      submit: text("Send"),
      blocks: [
        {
          type: "input",
          block_id: "title",
          label: text("Title"),
          element: { type: "plain_text_input", action_id: "value" },
        },
        {
          type: "input",
          block_id: "team",
          label: text("Team"),
          element: { type: "external_select", action_id: "value", min_query_length: 0 },
        },
      ],
    },
  });
});

app.options("value", async ({ ack }) => {
  await ack({ options: [{ text: text("Payments"), value: "payments" }] });
});

app.view("ticket", async ({ view, body, ack, client }) => {
  const { title, team } = view.state.values;
  if (title.value.value.length < 5) {
    await ack({ response_action: "errors", errors: { title: "Say a little more." } });
    return;
  }
  await ack();
  const words = `<@${body.user.id}> filed “${title.value.value}” for ${team.value.selected_option.value}`;
  const posted = await client.chat.postMessage({ channel: view.private_metadata, text: words });
  await client.reactions.add({ channel: posted.channel, timestamp: posted.ts, name: "ticket" });
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [section("Welcome home")] } });
});

app.event("reaction_added", async ({ event, client }) => {
  const { channel, ts } = event.item;
  await client.chat.postMessage({ channel, thread_ts: ts, text: `Thanks for the :${event.reaction}:` });
});

await app.start();
