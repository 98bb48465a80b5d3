"""One module per noun: its slash command, clicks and submissions, with name, permission and help beside the handler."""
