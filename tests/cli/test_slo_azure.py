"""`quarterdeck slo status` and `check --sources` on Azure, from OpenSLO files and the environment alone."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from tests.support.azure import Cloud, cloud
from tests.support.azure.entra import CLIENT, SECRET, TENANT
from tests.support.azure.logs import WORKSPACE, binned
from tests.support.bot import command, environment

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
QUERY = "AppRequests | summarize good=sumif(ItemCount, Success), total=sum(ItemCount) by bin(TimeGenerated, 1m)"
DOCUMENTS = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {{name: logs}}
spec:
  type: azure-logs
  connectionDetails: {{url: {url}, workspace: {workspace}}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {{name: portal-availability}}
spec:
  service: portal
  indicator:
    spec:
      ratioMetric:
        good: &counts {{metricSource: {{metricSourceRef: logs, spec: {{query: "{query}"}}}}}}
        total: *counts
  timeWindow: [{{duration: 1d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{targetPercent: 99}}]
"""


def written(tmp_path: Path, azure: Cloud) -> dict[str, str]:
    """A catalog of one SLO, and an environment that signs in as Azure's own libraries do."""
    slos = tmp_path / "catalog" / "slos"
    slos.mkdir(parents=True)
    (slos / "portal.yaml").write_text(DOCUMENTS.format(url=azure.url, workspace=WORKSPACE, query=QUERY))
    return environment(
        tmp_path,
        QUARTERDECK_CATALOG=str(tmp_path / "catalog"),
        AZURE_TENANT_ID=TENANT,
        AZURE_CLIENT_ID=CLIENT,
        AZURE_CLIENT_SECRET=SECRET,
        AZURE_AUTHORITY_HOST=azure.url,
    )


async def test_status_counts_what_azure_counted(tmp_path: Path) -> None:
    async with cloud() as azure:
        azure.logs.answers[QUERY] = binned(lambda at: (9, 1) if at.hour == 11 else (10, 0))
        env = written(tmp_path, azure)
        ended = await asyncio.to_thread(command, env, "slo", "status", "--json", "--at", AT.isoformat())
    assert ended.code == 0, ended.err
    (row,) = json.loads(ended.out)
    assert (row["state"], row["good"], row["total"]) == ("at_risk", 14_340, 14_400)
    assert row["burn"]["1h"] == 10
    assert row["data"] == {"covers": 86_400, "stale_for": 0, "complete": True}


async def test_a_refused_secret_is_told_and_never_printed(tmp_path: Path) -> None:
    async with cloud() as azure:
        env = written(tmp_path, azure) | {"AZURE_CLIENT_SECRET": "mistyped-secret"}
        status = await asyncio.to_thread(command, env, "slo", "status", "--json")
        checked = await asyncio.to_thread(command, env, "check", "--sources")
    (row,) = json.loads(status.out)
    assert (row["state"], row["sli"], row["budget"]["left"]) == ("error", None, None)
    assert "AADSTS7000215: Invalid client secret provided" in row["reason"]
    assert checked.code == 1
    assert "SLO portal-availability: Entra" in checked.out
    assert "mistyped-secret" not in status.out + status.err + checked.out + checked.err
