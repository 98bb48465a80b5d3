"""The floor: a bare Bolt app over Socket Mode, as Bolt's own documentation writes one, that acknowledges a command once
eight rows are committed. `python -m bench.echo --ready-file F`; SLACK_* and DATABASE_URL as for the bot.
"""

import argparse
import asyncio
import os
import signal
from pathlib import Path

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from bot.store.db import Database

ROWS = 8
_metadata = MetaData()
_rows = Table("echoes", _metadata, Column("id", Integer, primary_key=True), Column("words", String, nullable=False))


def echo_app(database: Database) -> AsyncApp:
    """`/echo WORDS` answers WORDS, from a database with the durability that the bot's has."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client)

    @app.command("/echo")
    async def echo(ack: AsyncAck, body: dict[str, str]) -> None:
        async with database.write() as tx:
            await tx.connection.execute(insert(_rows), [{"words": body["text"]} for _ in range(ROWS)])
        await ack(body["text"])

    return app


async def _run(ready_file: Path) -> None:
    database = Database(os.environ["DATABASE_URL"])
    async with database.engine.begin() as connection:
        await connection.run_sync(_metadata.create_all)
    handler = AsyncSocketModeHandler(echo_app(database), os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]
    _say_ready(ready_file)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await handler.close_async()  # type: ignore[no-untyped-call]
    await database.close()


def _say_ready(ready_file: Path) -> None:
    ready_file.write_text("{}", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--ready-file", type=Path, required=True)
    asyncio.run(_run(parser.parse_args().ready_file))
