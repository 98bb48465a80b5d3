"""The Web API: one module per method family, a table of them all, and the way a request takes through them."""
