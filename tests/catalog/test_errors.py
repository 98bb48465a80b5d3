"""Bad catalogs: file and line, what is wrong, what is allowed, and the nearest match."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.catalog import CatalogErrors, load
from tests.catalog.writing import QUIET, checked, lines, slo, write

API = "services:\n  api:\n"
PEOPLE = "people:\n  ana: {name: Ana Ruiz}\n"
RULE = "rules:\n  - {{name: x, kind: {kind}, service: api, title: X{more}}}\n"
RUNBOOK = "name: restart\ntitle: Restart\naction: restart\n"


def errors(directory: Path, files: Mapping[str, str]) -> list[str]:
    return lines(directory, checked(directory, files).errors)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "services.yaml",
            "services:\n  api:\n    onwers: []\n",
            "3: The key 'onwers' is not known. Did you mean 'owners'? Allowed: bounds, customers, depends_on, "
            "description, environment, links, match, on_call, owners, releases_channel, sampler, target, title.",
        ),
        (
            "services.yaml",
            "sevices: {}\n",
            "1: The key 'sevices' is not known. Did you mean 'services'? Allowed: services.",
        ),
        ("services.yaml", "services: [api]\n", "1: services must be a mapping from names."),
        ("services.yaml", "- api\n", "1: must be a mapping with the key 'services'."),
        ("services.yaml", "services:\n  api: yes\n", "2: services.api must be a mapping (key: value)."),
        (
            "services.yaml",
            "services:\n  a b:\n",
            "2: 'a b' cannot be a name: use up to 63 letters, digits, '-', '_' and '.'.",
        ),
        ("services.yaml", "services:\n  api: {name: x}\n", "2: 'name' is not written here: the key above names it."),
        (
            "services.yaml",
            "services:\n  api: {title: true}\n",
            "2: services.api.title should be a valid string, not True.",
        ),
        ("services.yaml", "services:\n  api: {title: [a]}\n", "2: services.api.title should be a valid string."),
        ("services.yaml", "services:\n  api: {owners: {a: 1}}\n", "2: services.api.owners must be a list."),
        ("services.yaml", "services:\n  api: {match: [a]}\n", "2: services.api.match must be a mapping (key: value)."),
        (
            "services.yaml",
            "services:\n  api:\n    bounds:\n      least: 5\n      most: 2\n",
            "3: services.api.bounds: least (5) must be 0 or more, and not above most (2).",
        ),
        ("services.yaml", "services:\n  api: {bounds: {least: 2}}\n", "2: services.api.bounds: 'most' is missing."),
        (
            "services.yaml",
            "services:\n  api: {bounds: {least: 2, mots: 5}}\n",
            "2: The key 'mots' is not known. Did you mean 'most'? Allowed: least, most.",
        ),
        (
            "services.yaml",
            "services:\n  api:\n    links: {logs: 'https://l/{svc}'}\n",
            "3: services.api.links: link 'logs': {svc} is not known here; allowed: {service}, {from}, {to}.",
        ),
        (
            "services.yaml",
            "services:\n  api: {sampler: {metrics_url: localhost}}\n",
            "2: services.api.sampler.metrics_url: a web address starts with http:// or https://.",
        ),
        (
            "services.yaml",
            "services:\n  api: {sampler: {every_s: 0.5}}\n",
            "2: services.api.sampler.every_s should be greater than or equal to 1, not 0.5.",
        ),
        (
            "services.yaml",
            "services:\n  api: {owners: [ana, ana]}\n",
            "2: services.api.owners: 'ana' stands here twice.",
        ),
        (
            "quarterdeck.yaml",
            "alerts_channel: #alerts\n",
            "1: alerts_channel is empty. A value that begins with # needs quotes, or it is a comment.",
        ),
        (
            "quarterdeck.yaml",
            "alerts_channel: alerts\n",
            "1: alerts_channel: a channel is '#name' (in quotes: # starts a comment in YAML) or an id such as ",
        ),
        (
            "quarterdeck.yaml",
            "incident_name: inc-{nr}\n",
            "1: incident_name: {nr} is not known here; allowed: {number}, {slug}, {timestamp}, {date}, {service}.",
        ),
        (
            "quarterdeck.yaml",
            "incident_name: inc-{slug}\n",
            "1: incident_name: a room needs a name of its own: use {number} or {timestamp}.",
        ),
        ("quarterdeck.yaml", "verify: {after_s: .nan}\n", "1: verify.after_s should be a finite number, not nan."),
        ("quarterdeck.yaml", "[]\n", "1: the document must be a mapping (key: value)."),
        ("severities.yaml", "name: x\nlevels: []\n", "1: a scheme needs at least one level."),
        (
            "severities.yaml",
            "name: x\nlevels: [{name: A, rank: 2, meaning: m}]\n",
            "1: levels are listed worst first, with ranks 1, 2, 3, ….",
        ),
        (
            "severities.yaml",
            "name: x\nlevels: [{name: A, rank: 1, meaning: m}]\nfrom_priority: {high: B}\n",
            "1: from_priority.high: 'B' is no level here; allowed: A.",
        ),
        (
            "routes.yaml",
            "routes:\n  - match: {priority: [hihg]}\n    channels: '#x'\n",
            "2: routes[0].match.priority[0]: 'hihg' is not known. Did you mean 'high'? Allowed: critical, high, med",
        ),
        (
            "routes.yaml",
            "routes:\n  - match: {}\n    channels: []\n",
            "3: routes[0].channels: at least one is needed here.",
        ),
        ("rules.yaml", "rules: {a: 1}\n", "1: rules must be a list."),
        (
            "rules.yaml",
            RULE.format(kind="dwon", more=""),
            "2: rules[0].kind: 'dwon' is not known. Did you mean 'down'? Allowed: down, error_rate, latency.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="error_rate", more=", slo: x"),
            "2: rules[0]: 'threshold' is missing: the share of bad events (0 to 1) above which the rule fires.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="latency", more=", threshold: 0.1"),
            "2: rules[0]: say what counts as bad: either 'slo', or 'metric' with total and good or bad.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="latency", more=", threshold: 0.1, metric: {total: a}"),
            "2: rules[0]: 'metric' has total and exactly one of good and bad.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="down", more=", threshold: 0.1"),
            "2: rules[0]: a rule of kind down watches the probe: 'slo', 'metric' and 'threshold' do not belong here.",
        ),
        (
            "rules.yaml",
            RULE.format(kind="error_rate", more=", threshold: 5"),
            "2: rules[0].threshold should be less than or equal to 1, not 5.",
        ),
        (
            "permissions.yaml",
            "grants:\n  - role: operater\n    to: everybody\n",
            "2: grants[0].role: 'operater' is not known. Did you mean 'operator'? "
            "Allowed: viewer, responder, operator, approver, admin.",
        ),
        ("permissions.yaml", "grants:\n  - {role: admin, to: []}\n", "2: grants[0].to: at least one is needed here."),
        ("permissions.yaml", "grants:\n  - {role: admin}\n", "2: grants[0]: 'to' is missing."),
        (
            "pager.yaml",
            "kind: webhok\n",
            "1: kind 'webhok' is not known. Did you mean 'webhook'? Allowed: smtp, webhook.",
        ),
        ("pager.yaml", "url: https://x\n", "1: kind is missing. Allowed: webhook, smtp."),
        ("pager.yaml", "kind: smtp\nhost: mail\n", "1: 'sender' is missing."),
        ("pager.yaml", "kind: webhook\nurl: ftp://x\n", "2: url: a web address starts with http:// or https://."),
        ("runbooks/a.yaml", RUNBOOK + "steps: []\n", "1: a runbook has exactly one step of kind action, not 0."),
        (
            "runbooks/a.yaml",
            RUNBOOK + "steps: [{kind: action}, {kind: manual}]\n",
            "4: steps[1]: a step of kind manual needs 'text'.",
        ),
        (
            "runbooks/a.yaml",
            RUNBOOK + "steps: [{kind: action}, {kind: wait}]\n",
            "4: steps[1]: 'wait_s' belongs to kind wait, which needs it.",
        ),
        (
            "runbooks/a.yaml",
            RUNBOOK + "params:\n  n: {type: integer, least: 3, most: 1}\n",
            "5: params.n: least (3) is above most (1).",
        ),
        (
            "runbooks/a.yaml",
            RUNBOOK + "params:\n  n: {type: choice}\n",
            "5: params.n: 'choices' belong to type choice, and a choice needs them.",
        ),
        (
            "runbooks/a.yaml",
            RUNBOOK + "params:\n  n: {type: string, most: 3}\n",
            "5: params.n: 'least' and 'most' belong to type integer or number.",
        ),
        ("runbooks/a.yaml", RUNBOOK + "---\n" + RUNBOOK, "5: The runbook 'restart' is defined twice."),
        (
            "runbooks/a.yaml",
            RUNBOOK + "params: {n: {type: string, default: [a]}}\n",
            "4: params.n.default should be a valid",
        ),
        ("people.yaml", "people: {}\n---\npeople: {}\n", "3: a second document (after ---) is not read in this file."),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, file: str, text: str, said: str) -> None:
    files = {"services.yaml": API, "people.yaml": PEOPLE, file: text}

    assert any(error.startswith(f"{file}:{said}") for error in errors(tmp_path, files)), errors(tmp_path, files)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    services = """
        services:
          api:
            titel: x
            on_call: [anna]
            bounds: {least: x}
          web: {on_call: bob}
    """
    files = {
        "services.yaml": services,
        "people.yaml": PEOPLE,
        "rules.yaml": RULE.format(kind="down", more="").replace("api", "wbe"),
        "slos/a.yaml": slo(objectives="- target: 2"),
        "slos/b.yaml": slo("b", service="wep"),
        "slos/c.yaml": "{",
    }

    told = [tuple(error.split(":")[:2]) for error in errors(tmp_path, files)]
    assert told == [
        ("rules.yaml", "2"),
        ("services.yaml", "4"),
        ("services.yaml", "5"),
        ("services.yaml", "6"),
        ("services.yaml", "6"),
        ("services.yaml", "7"),
        ("slos/a.yaml", "26"),
        ("slos/b.yaml", "6"),
        ("slos/c.yaml", "1"),
    ]


def test_a_list_left_empty_is_no_mistake(tmp_path: Path) -> None:
    files = {
        "services.yaml": "services:\n  api:\n    owners:\n    links:\n    sampler:\n",
        "people.yaml": "people:\n",
        "rules.yaml": "rules:\n",
        "routes.yaml": "routes:\n",
        "permissions.yaml": "grants:\n",
    }

    assert errors(tmp_path, files) == []


@pytest.mark.parametrize(
    ("name", "said"), [("nowhere", "there is no such directory."), ("file", "is a file, not a directory.")]
)
def test_a_catalog_is_a_directory(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CatalogErrors, match=said):
        load(tmp_path / name, QUIET)


def test_two_spellings_of_one_file_are_one_too_many(tmp_path: Path) -> None:
    assert errors(tmp_path, {"people.yaml": PEOPLE, "people.yml": PEOPLE}) == [
        "people.yml: stands beside people.yaml: keep one of the two."
    ]


def test_a_reload_with_an_error_leaves_the_old_catalog_as_it_was(tmp_path: Path) -> None:
    old = load(write(tmp_path, {"slos/a.yaml": slo()}), QUIET)
    write(tmp_path, {"slos/a.yaml": slo(objectives="- target: 99")})

    with pytest.raises(CatalogErrors, match=r"a.yaml:26: .*target must be at least 0 and below 1, not 99."):
        load(tmp_path, QUIET)

    assert old.slos[0].target == 0.99
    write(tmp_path, {"slos/a.yaml": slo(objectives="- target: 0.95")})
    assert load(tmp_path, QUIET).slos[0].target == 0.95
