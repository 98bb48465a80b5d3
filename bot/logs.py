"""Logs on standard error: JSON lines, or plain ones on a terminal. Tokens and passwords never reach them."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.domain.redaction import MASK, redacted

_KEYS = frozenset({"token", "password", "authorization", "secret", "response_url"})
_NOISY = ("slack_sdk", "aiohttp.access", "httpx", "apscheduler", "aiosqlite")
_ONLY_ERRORS = ("slack_bolt", "slack_bolt.AsyncApp")
"""Bolt warns at each start that it was given a client although a token is in the environment, which is meant."""


def configure(level: str) -> None:
    """Once at the start of a process. `level` is DEBUG, INFO, WARNING or ERROR."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    human = sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _adopt_standard_logging(shared, renderer, number)


def _adopt_standard_logging(
    shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor, number: int
) -> None:
    """What libraries log comes out the same way; the talkative ones only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    chain: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=chain))
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    for name in _ONLY_ERRORS:
        logging.getLogger(name).setLevel(logging.ERROR)


def without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes tokens, passwords in addresses and one-use tickets out of every text of an event."""
    for key, value in event.items():
        if key.lower() in _KEYS:
            event[key] = MASK
        elif isinstance(value, str):
            event[key] = redacted(value)
    return event
