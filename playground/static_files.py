"""The files of the page, sent from memory.

A browser asks for a hundred small ones at once; to open each in a thread, as the web framework does, costs more than to
send it.
"""

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"
}  # fmt: skip
_OTHER = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Held:
    """`mark` changes with the file."""

    mark: str
    body: bytes


class StaticFiles:
    """All files below `root` when it was made; one that is edited is read again."""

    def __init__(self, root: Path) -> None:
        self._paths = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
        self._held: dict[str, _Held] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /static/<name>; 304 to a browser that has it as it is."""
        name = request.match_info["name"]
        path = self._paths.get(name)
        if path is None:
            raise web.HTTPNotFound(text="no such file")
        held = self._current(name, path)
        headers = {"ETag": held.mark, "Cache-Control": "no-cache", "Content-Type": _TYPES.get(path.suffix, _OTHER)}
        if request.headers.get("If-None-Match") == held.mark:
            return web.Response(status=304, headers=headers)
        return web.Response(body=held.body, headers=headers)

    def _current(self, name: str, path: Path) -> _Held:
        mark = f'"{path.stat().st_mtime_ns:x}"'
        held = self._held.get(name)
        if held is None or held.mark != mark:
            held = self._held[name] = _Held(mark, path.read_bytes())
        return held
