"""The rights of the documentation are those that actions and looks use: none is missing, and none is left over."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.ports import Permanent
from tests.kubernetes.acting import act, target
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import daemon_set, deployment, stateful_set
from tests.kubernetes.stand_in.json_types import Json
from tests.support.playground import ROOT

ACCOUNT, TOKEN = "system:serviceaccount:quarterdeck:quarterdeck", "of-the-bot"
VERBS = {"GET": "get", "PATCH": "patch"}
_PATH = re.compile(
    r"/apis?/(?:(?P<group>[a-z.0-9]+)/)?v\w+/namespaces/shop/(?P<kind>\w+)(?P<name>/[^/]+)?(?P<part>/\w+)?$"
)
_MADE = {"deployment": deployment, "statefulset": stateful_set, "daemonset": daemon_set}


def manifest() -> list[Json]:
    return list(YAML(typ="safe", pure=True).load_all((ROOT / "docs" / "kubernetes-rbac.yaml").read_text()))


def granted() -> set[tuple[str, str, str]]:
    role = next(each for each in manifest() if each["kind"] == "Role")
    return {
        (verb, group, resource)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def right(request: Json) -> tuple[str, str, str]:
    """What a request needs: verb, group, resource."""
    found = _PATH.match(request["path"])
    assert found, request["path"]
    verb = VERBS[request["method"]] if found["name"] else "list"
    return verb, found["group"] or "", found["kind"] + (found["part"] or "")


@pytest.fixture
async def account(cluster: Cluster) -> str:
    """The bot's token, with the documented rights and no others."""
    await cluster.user(ACCOUNT, TOKEN)
    await cluster.create(*(each for each in manifest() if each["kind"] in ("Role", "RoleBinding")))
    return TOKEN


async def test_all_actions_and_looks_need_exactly_the_documented_rights(
    cluster: Cluster, account: str, tmp_path: Path
) -> None:
    for kind, made in _MADE.items():
        await cluster.create(made(name="checkout", version="v41"))
        await cluster.settle()
        await cluster.patch(
            kind, "checkout", {"spec": {"template": made(name="checkout", version="v42")["spec"]["template"]}}
        )
        await cluster.settle()
        checkout = target(cluster, tmp_path, workload=kind)
        cluster.kubeconfig(tmp_path, token=account)
        await act("rollback", checkout)
        await act("restart", checkout)
        if kind != "daemonset":
            await act("scale", checkout, replicas=4)
        if kind == "deployment":
            await act("pause", checkout)
            await act("resume", checkout)
        for each in checkout.looks:
            await checkout.look(each.name, datetime.now(UTC))
    asked = [each for each in await cluster.requests() if each["user"] == ACCOUNT]
    assert {each["status"] for each in asked} == {200}
    assert {right(each) for each in asked} == granted()


@pytest.mark.parametrize(("missing", "words"), [("patch", "patch deployments"), ("get", "get deployments")])
async def test_a_right_that_is_missing_is_named(
    cluster: Cluster, account: str, tmp_path: Path, missing: str, words: str
) -> None:
    await cluster.create(deployment())
    await cluster.settle()
    role = next(each for each in manifest() if each["kind"] == "Role")
    left = [rule | {"verbs": [verb for verb in rule["verbs"] if verb != missing]} for rule in role["rules"]]
    await cluster.patch("role", "quarterdeck", {"rules": [rule for rule in left if rule["verbs"]]})
    checkout = target(cluster, tmp_path)
    cluster.kubeconfig(tmp_path, token=account)
    with pytest.raises(Permanent, match=words):
        await act("restart", checkout)
