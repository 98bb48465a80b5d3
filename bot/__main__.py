"""The command line's entry.

A collector that runs while modules are imported finds no garbage and takes a sixth of the start, and later it would
walk through all of them again in the middle of a request: it begins once they are there, and leaves them alone.
"""

import gc

gc.disable()

from bot.cli.app import app  # noqa: E402


def main() -> None:
    """Run the subcommand that is named."""
    app(prog_name="quarterdeck")


if __name__ == "__main__":
    main()
