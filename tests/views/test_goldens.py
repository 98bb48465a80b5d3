"""Every view draws what its golden shows. `QUARTERDECK_UPDATE_GOLDENS=1` writes them anew; look at the difference."""

import ast
import json
import os
from pathlib import Path

import pytest

import bot.slack.views
from bot.domain.facts.run import RunFacts
from bot.domain.run import RunState
from bot.slack.ids import Action
from bot.slack.views.run import run_message
from tests.views import records, rules
from tests.views.cases import CASES
from tests.views.walk import controls, payload

GOLDEN = Path(__file__).parent / "golden"
BUILDERS = {"blocks.modal"}


def as_text(name: str) -> str:
    return json.dumps(payload(CASES[name].draw()), indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_view_is_drawn_as_its_golden_shows(name: str) -> None:
    file = GOLDEN / f"{name}.json"
    if os.environ.get("QUARTERDECK_UPDATE_GOLDENS"):
        file.write_text(as_text(name), encoding="utf-8")
    assert as_text(name) == file.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(CASES)


def test_every_view_function_has_a_golden() -> None:
    drawn = {f"{case.draw.func.__module__.rpartition('.')[2]}.{case.draw.func.__name__}" for case in CASES.values()}
    assert views_defined() - BUILDERS <= drawn


def views_defined() -> set[str]:
    """Every public function of the views that returns a Message or a View, read from the source."""
    found = set()
    for file in Path(bot.slack.views.__path__[0]).glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and isinstance(node.returns, ast.Name)
            ):
                found |= {f"{file.stem}.{node.name}"} if node.returns.id in ("Message", "View") else set()
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_view_keeps_the_rules_of_messages(name: str) -> None:
    case = CASES[name]
    drawn = case.draw()
    assert rules.broken(drawn) + rules.manners(drawn, asks=case.asks, live=case.live) == []


def test_every_action_id_is_drawn_somewhere() -> None:
    drawn = {control["action_id"] for case in CASES.values() for control in controls(payload(case.draw()))}
    assert {action.value for action in Action} <= drawn


@pytest.mark.parametrize("state", RunState)
def test_a_run_is_drawn_in_every_state(state: RunState) -> None:
    facts = [value for value in vars(records).values() if isinstance(value, RunFacts) and value.state is state]
    for run in facts:
        assert rules.broken(run_message(run)) == []
    assert facts or state is RunState.PLANNED
