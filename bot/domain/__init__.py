"""Pure rules: standard library only, nothing awaited, nothing read but the arguments."""
