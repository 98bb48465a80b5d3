"""What Slack shows: facts in, Block Kit out; nothing here reads a clock or a database."""
