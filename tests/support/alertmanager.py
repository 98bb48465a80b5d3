"""A real Alertmanager on a free port, which posts to one webhook."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.support.prometheus import free_port
from tests.support.require import require

READY_WITHIN = 15.0
_POLL = 0.05


@asynccontextmanager
async def alertmanager(directory: Path, webhook: str, token: str, max_alerts: int = 0) -> AsyncIterator[str]:
    """Start one that tells `webhook` of every change within a second, grouped by service; yields its URL."""
    program = require("prometheus-alertmanager")
    url = f"http://127.0.0.1:{free_port()}"
    config = directory / "alertmanager.json"  # JSON is YAML
    config.write_text(json.dumps(_config(webhook, token, max_alerts)), encoding="utf-8")
    command = [
        program,
        f"--config.file={config}",
        f"--storage.path={directory / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}",
        "--cluster.listen-address=",
    ]
    with (
        (directory / "alertmanager.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            await _ready(url, process)
            yield url
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)


def _config(webhook: str, token: str, max_alerts: int) -> dict[str, object]:
    hook = {
        "url": webhook,
        "send_resolved": True,
        "max_alerts": max_alerts,
        "http_config": {"authorization": {"type": "Bearer", "credentials": token}},
    }
    waits = {"group_wait": "100ms", "group_interval": "500ms", "repeat_interval": "1h"}
    return {
        "route": {"receiver": "bot", "group_by": ["service"], **waits},
        "receivers": [{"name": "bot", "webhook_configs": [hook]}],
    }


async def _ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(READY_WITHIN):
        while process.poll() is None:
            try:
                if (await client.get(f"{url}/-/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(_POLL)
    raise RuntimeError("Alertmanager did not start")


async def send(url: str, *alerts: dict[str, object]) -> None:
    """Tell Alertmanager of alerts, as Prometheus does."""
    async with httpx.AsyncClient() as client:
        (await client.post(f"{url}/api/v2/alerts", json=list(alerts))).raise_for_status()
