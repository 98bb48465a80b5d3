"""Bring the database at DATABASE_URL up to date, or, given words, write the next revision from what the tables became.

python -m bot.store.migrations
python -m bot.store.migrations "alerts keep their runbook"
"""

import os
import sys

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.store.migrating import URL_VARIABLE

LOCATION = "bot.store:migrations"


def main() -> None:
    config = Config()
    config.set_main_option("script_location", LOCATION)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = os.environ[URL_VARIABLE]
    if len(sys.argv) == 1:
        command.upgrade(config, "head")
        return
    newest = ScriptDirectory.from_config(config).get_current_head() or "0000"
    command.revision(config, " ".join(sys.argv[1:]), autogenerate=True, rev_id=f"{int(newest) + 1:04}")


if __name__ == "__main__":
    main()
