"""The files the page is made of: all local, all preloaded, none too long to read."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "playground" / "static"
INDEX = (STATIC / "index.html").read_text(encoding="utf-8")
LONGEST = 400

pytestmark = pytest.mark.browser


def own_files() -> list[Path]:
    found = [path for path in STATIC.rglob("*") if path.suffix in (".js", ".css", ".html")]
    return sorted(path for path in found if "vendor" not in path.parts)


def test_every_module_is_preloaded_so_that_the_page_starts_in_one_breath() -> None:
    modules = {f"/static/{path.relative_to(STATIC)}" for path in STATIC.rglob("*.js")}

    assert set(re.findall(r'rel="modulepreload" href="([^"]+)"', INDEX)) == modules


def test_every_style_sheet_is_used() -> None:
    sheets = {f"/static/{path.relative_to(STATIC)}" for path in STATIC.rglob("*.css")}

    assert set(re.findall(r'rel="stylesheet" href="([^"]+)"', INDEX)) == sheets


@pytest.mark.parametrize("path", own_files(), ids=lambda path: str(path.relative_to(STATIC)))
def test_nothing_is_fetched_from_elsewhere_or_set_as_raw_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.findall(r"(?:from|import|url|href|src)[\s=(]+[\"']https?://(?!www\.w3\.org)", text)
    assert not re.findall(
        r"\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write", text
    )
    assert len(text.splitlines()) <= LONGEST
