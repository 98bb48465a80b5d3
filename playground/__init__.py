"""A local Slack: Web API, Socket Mode, a control API to act as people, and the feed of a browser page.

A program of its own, started with `python -m playground`; it knows nothing of the bot it hosts.
"""
