"""The page in a real Chromium, against the real playground and small Bolt apps."""
