"""A report as a page: what the Markdown says, readable in a browser, with its pictures inside it."""

import base64
from html.parser import HTMLParser

from bot.domain.markdown import table, text
from bot.domain.rooms import File
from bot.services.report_page import page


class Tags(HTMLParser):
    """Every tag with its attributes, and all text, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_headings_and_tables_are_drawn() -> None:
    words = "\n".join(["# SLOs in May", "", *table(("SLO", "Kept"), [("checkout", "**no**")])])
    shown = Tags(page("SLOs in May", words, ()))

    assert [len(shown.named(tag)) for tag in ("h1", "table", "th", "td", "strong")] == [1, 1, 2, 2, 1]
    assert {"SLOs in May", "checkout", "no"} <= set(shown.words)


def test_a_picture_is_inside_the_page_with_its_words() -> None:
    shown = Tags(page("May", "words", [File("a.png", "Error budget of checkout", b"\x89PNG", 'fell to "0 %" & below')]))

    (picture,) = shown.named("img")
    assert picture["alt"] == 'fell to "0 %" & below'
    assert base64.b64decode(str(picture["src"]).partition(",")[2]) == b"\x89PNG"
    assert 'Error budget of checkout. fell to "0 %" & below' in "".join(shown.words)


def test_nothing_from_outside_becomes_a_tag_and_nothing_is_loaded() -> None:
    wicked = '<script src="https://x.example/a.js">alert(1)</script> ![x](https://x.example/y.png)'
    for words in (text(wicked), '<img src="https://x.example/y.png">'):
        shown = Tags(page(wicked, words, [File("a.png", wicked, b"", wicked)]))
        assert shown.named("script") == []
        assert all(str(each["src"]).startswith("data:") for each in shown.named("img"))
