"""Pictures, drawn by a program of its own: `python -m bot.pictures` reads what to draw and writes a PNG.

The drawing library costs 40 MiB and the better part of a second, so it lives and ends with that process; nothing else
of the product may import it (docs/decisions/0013).
"""
