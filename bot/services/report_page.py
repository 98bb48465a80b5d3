"""A report as one page for a browser or a printer: its Markdown, and its pictures inside it; nothing is loaded."""

import base64
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt

from bot.domain.rooms import File

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.75rem; border-bottom: 1px solid #8884 }
figure { margin: 1.5rem 0 } img { max-width: 100% } figcaption { font-size: 0.875rem }
"""


def page(title: str, words: str, pictures: Sequence[File]) -> str:
    """`words` are Markdown of our own making; HTML inside them stays text."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(words)
    shown = "".join(map(_figure, pictures))
    drawn = f"<h2>Error budgets</h2>\n{shown}" if shown else ""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
<main>
{body}{drawn}</main>
</html>
"""


def _figure(picture: File) -> str:
    data = base64.b64encode(picture.data).decode()
    words = escape(picture.alt)
    image = f'<img src="data:image/png;base64,{data}" alt="{words}">'
    return f"<figure>{image}<figcaption>{escape(picture.title)}. {words}</figcaption></figure>\n"
