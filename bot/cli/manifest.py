"""`quarterdeck manifest`."""

from bot.cli.asking import in_words
from bot.cli.output import print_json
from bot.settings import load
from bot.wiring.desk import manifest_of


def manifest() -> None:
    """Print the Slack app's manifest, for https://api.slack.com/apps?new_app=1 → From a manifest.

    Example: quarterdeck manifest > manifest.json
    """
    with in_words():
        print_json(manifest_of(load()))
