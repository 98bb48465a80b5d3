"""The control API: tests and the page act as people, look at everything, and switch faults on."""
