"""The command line: thin; every sub-command asks only for the settings it needs and says what to do when it cannot."""
