"""What the workspace holds: people, channels, messages, files, views. Plain data; operations change it."""
