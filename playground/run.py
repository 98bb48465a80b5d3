"""`python -m playground.run app.py …`: run somebody's Bolt app as it is, against a local Slack.

slack_sdk has no setting for where Slack is: an app would have to name the address itself. This gives its clients
another default, that of SLACK_API_URL, and then runs the file as Python would. Tokens come from the environment, as the
app reads them.
"""

import os
import runpy
import sys
from inspect import signature
from pathlib import Path

from slack_sdk.web.async_base_client import AsyncBaseClient
from slack_sdk.web.base_client import BaseClient

USAGE = "usage: SLACK_API_URL=http://127.0.0.1:PORT/api/ python -m playground.run app.py [argument …]"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def main(arguments: list[str]) -> int:
    """Exit code 2 for bad use, else the app's own."""
    url = os.environ.get("SLACK_API_URL")
    if not arguments or not url:
        print(USAGE, file=sys.stderr)
        return 2
    for name in _PROXIES:
        os.environ.pop(name, None)  # slack_sdk would send even local calls through them
    for client in (BaseClient, AsyncBaseClient):
        aim(client, url)
    sys.argv = arguments
    sys.path.insert(0, str(Path(arguments[0]).resolve().parent))
    runpy.run_path(arguments[0], run_name="__main__")
    return 0


def aim(client: type[BaseClient] | type[AsyncBaseClient], url: str) -> None:
    """Make `url` the default of base_url. An app that names another address keeps it."""
    constructor = client.__init__
    with_defaults = [each for each in signature(constructor).parameters.values() if each.default is not each.empty]
    constructor.__defaults__ = tuple(url if each.name == "base_url" else each.default for each in with_defaults)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
