"""What a runbook must be told before it is planned, and what is made of the answers."""

from pathlib import Path

import pytest

from bot.catalog import Catalog, load
from bot.domain.facts.question import Answered, Question
from bot.domain.run_record import Wish
from bot.services.runs import Bench, Questions
from runbooks import ACTIONS
from tests.catalog.writing import QUIET, write

SERVICES = """
services:
  checkout:
    bounds: {least: 3, most: 20}
    target: {kind: supervisord, options: {socket: /run/s.sock, program: checkout}}
"""
SCALE = """
name: scale
title: Scale
action: scale
params:
  replicas: {type: integer, label: Replicas, help: How many shall run, required: true, least: 1}
"""
DRAIN = """
name: drain
title: Drain
action: restart
params:
  node: {type: string, label: Node, required: true}
  share: {type: number, default: 0.5, least: 0, most: 1}
  force: {type: boolean, default: false}
  speed: {type: choice, choices: [slow, fast], default: slow}
"""
ROLLBACK = """
name: rollback
title: Roll back
action: rollback
params:
  release: {type: string}
"""


@pytest.fixture
def questions(tmp_path: Path) -> Questions:
    files = {"scale": SCALE, "drain": DRAIN, "rollback": ROLLBACK}
    written = {f"runbooks/{name}.yaml": text for name, text in files.items()}
    catalog: Catalog = load(write(tmp_path, {"services.yaml": SERVICES, **written}), QUIET)
    return Questions(Bench(lambda: catalog, ACTIONS, {}))


def asked(questions: Questions, runbook: str) -> dict[str, Question]:
    facts = questions.of(Wish("checkout", runbook))
    assert facts is not None
    return {each.name: each for each in facts.questions}


def test_what_must_be_known_is_asked_within_the_bounds_of_the_service(questions: Questions) -> None:
    only = asked(questions, "scale")["replicas"]
    assert (only.label, only.how, only.required) == ("Replicas", Answered.WHOLE, True)
    assert (only.least, only.most) == (3, 20)


def test_what_has_a_default_is_asked_beside_it_and_filled_in(questions: Questions) -> None:
    found = asked(questions, "drain")
    assert [(each.name, each.how, each.initial) for each in found.values()] == [
        ("node", Answered.TEXT, ""),
        ("share", Answered.NUMBER, "0.5"),
        ("force", Answered.CHOICE, "no"),
        ("speed", Answered.CHOICE, "slow"),
    ]
    assert [each.required for each in found.values()] == [True, False, False, False]


def test_nothing_is_asked_where_nothing_must_be_known_or_all_of_it_is(questions: Questions) -> None:
    assert questions.of(Wish("checkout", "rollback")) is None
    assert questions.of(Wish("checkout", "scale", {"replicas": 6})) is None


def test_answers_become_parameters_of_their_types(questions: Questions) -> None:
    given = {0: " n-7 ", 1: "0.25", 2: "0", 3: "1"}
    read = questions.answered(Wish("checkout", "drain"), given)
    assert (read.wish.params, read.wrong) == ({"node": "n-7", "share": 0.25, "force": True, "speed": "fast"}, {})


def test_what_is_missing_or_no_number_is_said_at_its_question(questions: Questions) -> None:
    assert questions.answered(Wish("checkout", "scale"), {}).wrong == {0: "This has to be known first."}
    assert questions.answered(Wish("checkout", "scale"), {0: "six"}).wrong == {0: "“six” is no number."}
    assert questions.answered(Wish("checkout", "drain"), {0: "n-7", 3: "7"}).wrong == {3: "Pick one of these."}
