"""`python -m bot.pictures`: an order as JSON on standard input, a PNG on standard output.

It bounds itself, since it works beside a bot that must answer: little processor time, at low priority, and so much
memory that a fault of the drawing library ends here and nowhere else.
"""

import os
import resource
import sys

from bot.pictures.burndown import png
from bot.pictures.order import ORDER

CPU_SECONDS = 20
MEMORY_BYTES = 1 << 30
"""Address space, most of which is never touched: numpy alone maps a few hundred MiB."""
NICENESS = 10


def main() -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    order = ORDER.validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(png(order))


if __name__ == "__main__":
    main()
