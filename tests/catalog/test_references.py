"""Names that must exist in another file, and what this version can do."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.catalog import Known
from tests.catalog.writing import RATIO, THRESHOLD, checked, lines, slo

API = "services:\n  api:\n"
PEOPLE = "people:\n  ana: {name: Ana Ruiz}\n"
RULE = "rules:\n  - {{name: x, kind: {kind}, service: api, title: X{more}}}\n"
RUNBOOK = "name: restart\ntitle: Restart\naction: restart\n"


def errors(directory: Path, files: Mapping[str, str], known: Known | None = None) -> list[str]:
    return lines(directory, checked(directory, files, known=known).errors)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "services.yaml",
            "services:\n  api:\n    on_call:\n      - ana\n      - anna\n",
            "5: The person 'anna' is not known. Did you mean 'ana'? Allowed: ana, or a Slack id such as U0123ABCD.",
        ),
        (
            "services.yaml",
            "services:\n  api: {depends_on: [apo]}\n",
            "2: The service 'apo' is not known. Did you mean 'api'? Allowed: api.",
        ),
        (
            "services.yaml",
            "services:\n  api: {target: {kind: supervisor}}\n",
            "2: The target kind 'supervisor' is not known. Did you mean 'supervisord'? Allowed: supervisord.",
        ),
        (
            "slos/a.yaml",
            slo(service="aip"),
            "6: The service 'aip' is not known. Did you mean 'api'? Allowed: api.",
        ),
        (
            "routes.yaml",
            "routes:\n  - match: {service: [api, apii]}\n    channels: '#x'\n",
            "2: The service 'apii' is not known. Did you mean 'api'? Allowed: api.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="error_rate", more=", threshold: 0.1, slo: api-availabilty"),
            "2: The SLO 'api-availabilty' is not known. Did you mean 'api-availability'? Allowed: api-availability.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="error_rate", more=", threshold: 0.1, slo: api-availability"),
            "2: The SLO 'api-availability' is not a ratio that the sampler counts, so no rule can watch it.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="down", more=", runbook: restrat"),
            "2: The runbook 'restrat' is not known. Did you mean 'restart'? Allowed: restart.",
        ),
        (
            "permissions.yaml",
            "grants:\n  - role: admin\n    to: [eva, group:sre, U0123ABCD, everybody]\n",
            "3: The person 'eva' is not known. Allowed: ana, or a Slack id such as U0123ABCD.",
        ),
        (
            "permissions.yaml",
            "grants:\n  - {role: admin, to: ana, services: [apy]}\n",
            "2: The service 'apy' is not known. Did you mean 'api'? Allowed: *, api.",
        ),
        (
            "runbooks/b.yaml",
            "name: b\ntitle: B\naction: restrat\n",
            "3: The action 'restrat' is not known. Did you mean 'restart'? Allowed: restart, rollback, scale.",
        ),
        (
            "runbooks/b.yaml",
            "name: b\ntitle: B\naction: scale\nundo: restrat\n",
            "4: The runbook 'restrat' is not known. Did you mean 'restart'? Allowed: b, restart.",
        ),
        (
            "runbooks/b.yaml",
            "name: b\ntitle: B\naction: scale\nverify:\n  slo: api-latency\n",
            "5: The SLO 'api-latency' is not known. Allowed: api-availability.",
        ),
        (
            "runbooks/b.yaml",
            "name: b\ntitle: B\naction: scale\nwhen:\n  - service: ape\n",
            "5: The service 'ape' is not known. Did you mean 'api'? Allowed: api.",
        ),
        (
            "quarterdeck.yaml",
            "verify: {slo: api}\n",
            "1: The SLO 'api' is not known. Allowed: api-availability.",
        ),
    ],
)
def test_a_name_that_nothing_has_is_told_its_nearest(tmp_path: Path, file: str, text: str, said: str) -> None:
    files = {
        "services.yaml": API,
        "people.yaml": PEOPLE,
        "slos/a.yaml": slo(),
        "runbooks/restart.yaml": RUNBOOK,
        file: text,
    }

    assert errors(tmp_path, files) == [f"{file}:{said}"]


def test_a_service_that_is_wrong_is_not_also_said_to_be_missing(tmp_path: Path) -> None:
    files = {
        "services.yaml": "services:\n  api: {environment: 3.5, bounds: 7}\n",
        "rules.yaml": RULE.format(kind="down", more=""),
        "slos/a.yaml": slo(),
    }

    assert errors(tmp_path, files) == ["services.yaml:2: services.api.bounds must be a mapping (key: value)."]


def test_options_of_a_target_are_judged_by_the_target(tmp_path: Path) -> None:
    def judge(options: Mapping[str, str]) -> None:
        if "socket" not in options:
            raise ValueError("Option `socket` is missing.")

    known = Known(targets={"supervisord": judge})
    text = "services:\n  api:\n    target:\n      kind: supervisord\n      options:\n        sock: /x\n"

    assert errors(tmp_path, {"services.yaml": text}, known) == ["services.yaml:5: Option `socket` is missing."]
    assert errors(tmp_path, {"services.yaml": text.replace("sock:", "socket:")}, known) == []


def test_what_a_newer_version_can_do_is_allowed_there(tmp_path: Path) -> None:
    files = {"runbooks/a.yaml": "name: a\ntitle: A\naction: purge\n"}

    assert errors(tmp_path, files)
    assert errors(tmp_path, files, Known(actions=("purge",))) == []


def test_a_threshold_slo_is_nothing_a_rule_can_watch(tmp_path: Path) -> None:
    files = {
        "services.yaml": API,
        "rules.yaml": RULE.format(kind="error_rate", more=", threshold: 0.1, slo: api-availability"),
        "slos/a.yaml": slo(
            metric=THRESHOLD.replace("Prometheus", "sampler"), objectives="- {op: lt, value: 1, target: 0.9}"
        ),
    }

    assert "is not a ratio that the sampler counts" in errors(tmp_path, files)[0]
    files["slos/a.yaml"] = slo(metric=RATIO.replace("Prometheus", "sampler"))
    assert errors(tmp_path, files) == []


def test_the_words_of_a_digest_choose_slos_that_there_are(tmp_path: Path) -> None:
    digest = "digests:\n  - channel: '#sre'\n    scope: chekout at-risk\n"
    (said,) = errors(tmp_path, {"quarterdeck.yaml": digest, "slos/a.yaml": slo("checkout")})
    assert said.startswith("quarterdeck.yaml:3: The word 'chekout' is not known. Did you mean 'checkout'?")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("at: 9", "is no time of day"),
        ("at: '25:00'", "is no time of day"),
        ("time_zone: Berlin", "is no time zone"),
        ("day: someday", "monday"),
    ],
)
def test_a_digest_that_could_never_come_is_refused(tmp_path: Path, line: str, said: str) -> None:
    (error,) = errors(tmp_path, {"quarterdeck.yaml": f"digests:\n  - channel: '#sre'\n    {line}\n"})
    assert "quarterdeck.yaml:3" in error
    assert said in error
