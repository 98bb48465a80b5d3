"""The catalog's own files as typed parts."""

from pathlib import Path

import pytest

from bot.action import Bounds
from bot.catalog import Catalog, CatalogErrors, load
from bot.catalog.model import SamplerSpec, SmtpPager, TargetSpec, Verify, WebhookPager
from bot.domain.slo import RatioMetric
from tests.catalog.writing import QUIET, RATIO, document, slo, write

SAMPLED = RATIO.replace("Prometheus", "sampler")
PEOPLE = (
    "people:\n  ana: {name: Ana Ruiz, slack: U01ANA, email: ana@shop.example}\n  ben: {name: Ben Okafor, slack: ben}\n"
)


def loaded(directory: Path, **files: str) -> Catalog:
    """The catalog of these files; `runbooks__x` stands for runbooks/x.yaml."""
    return load(write(directory, {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}), QUIET)


def test_an_empty_directory_is_a_catalog_of_defaults(tmp_path: Path) -> None:
    catalog = loaded(tmp_path)

    assert (catalog.chat.alerts_channel, catalog.chat.incidents_channel) == ("#alerts", "#incidents")
    assert catalog.chat.incident_name == "inc-{number}-{slug}"
    assert [level.name for level in catalog.severities.levels] == ["SEV1", "SEV2", "SEV3", "SEV4"]
    assert catalog.routes.group_by == ("service", "environment")
    assert (catalog.permissions, catalog.pager) == (None, None)
    assert (catalog.services, catalog.people, catalog.slos, catalog.rules, catalog.runbooks) == ({}, {}, (), (), {})


def test_files_of_nothing_but_comments_count_as_absent(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, permissions="# grants:\n", services="# services:\n", slos__a=slo(service="api"))

    assert catalog.permissions is None
    assert list(catalog.services) == ["api"]


def test_a_service_says_all_about_itself(tmp_path: Path) -> None:
    services = """
        services:
          api:
            title: Shop API
            environment: uat
            customers: false
            owners: ana
            on_call: [ana, ben, U0999ZZZ]
            bounds: {least: 2, most: 10}
            match: {job: shop-api}
            depends_on: [db]
            links:
              dashboard: https://grafana.example/d?service={service}&from={from}&to={to}
              logs: ${LOGS:-}
            sampler: {metrics_url: 'http://api.example/metrics', every_s: 5, keep: [a, b]}
            target: {kind: supervisord, options: {socket: /run/s.sock, stop_s: 10}}
          db:
    """
    catalog = loaded(tmp_path, services=services, people=PEOPLE)
    api = catalog.services["api"]

    assert (api.name, api.shown_name, api.environment, api.customers) == ("api", "Shop API", "uat", False)
    assert (api.owners, api.on_call, api.depends_on) == (("ana",), ("ana", "ben", "U0999ZZZ"), ("db",))
    assert api.bounds == Bounds(2, 10)
    assert api.links == {"dashboard": "https://grafana.example/d?service={service}&from={from}&to={to}"}
    assert api.sampler == SamplerSpec(metrics_url="http://api.example/metrics", every_s=5, keep=("a", "b"))
    assert api.target == TargetSpec(kind="supervisord", options={"socket": "/run/s.sock", "stop_s": "10"})
    assert (catalog.services["db"].shown_name, catalog.services["db"].environment) == ("db", "prod")


def test_labels_tell_which_service_an_alert_is_about(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, services="services:\n  api: {match: {job: shop-api, env: prod}}\n  web:\n")

    assert catalog.service_for({"job": "shop-api", "env": "prod", "pod": "x"}) is catalog.services["api"]
    assert catalog.service_for({"service": "web"}) is catalog.services["web"]
    assert catalog.service_for({"service": "api"}) is None


def test_people_are_known_by_key_and_reached_by_slack(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, people=PEOPLE)

    assert catalog.people["ana"].key == "ana"
    assert [catalog.slack_of(reference) for reference in ("ana", "ben", "U0999ZZZ")] == ["U01ANA", "ben", "U0999ZZZ"]


def test_a_severity_scheme_of_its_own_suggests_by_table_and_else_by_standing(tmp_path: Path) -> None:
    severities = """
        name: Sev1–Sev3
        levels:
          - {name: Sev1, rank: 1, meaning: Critical functions or all users, pages: true}
          - {name: Sev2, rank: 2, meaning: Partial degradation}
          - {name: Sev3, rank: 3, meaning: Minor}
        from_priority: {high: Sev1}
    """
    scheme = loaded(tmp_path, severities=severities).severities

    assert scheme.worst.name == "Sev1"
    assert [scheme.suggested(each).name for each in ("critical", "high", "medium", "low")] == [
        "Sev1",
        "Sev1",
        "Sev3",
        "Sev3",
    ]
    assert scheme.get("sev2") == scheme.levels[1]
    assert scheme.get("SEV4") is None


def test_the_default_scheme_suggests_one_level_for_each_priority(tmp_path: Path) -> None:
    scheme = loaded(tmp_path).severities

    assert [
        (scheme.suggested(each).name, scheme.suggested(each).pages) for each in ("critical", "high", "medium", "low")
    ] == [
        ("SEV1", True),
        ("SEV2", True),
        ("SEV3", False),
        ("SEV4", False),
    ]


def test_the_first_route_that_fits_decides(tmp_path: Path) -> None:
    routes = """
        default: "#all"
        priority_label: level
        priority_from: {fatal: critical}
        routes:
          - {match: {service: api, priority: [critical, high]}, channels: ["#api", "#all"]}
          - {match: {category: security}, channels: "#sec", pages: true}
          - {match: {labels: {team: web}}, channels: [C0123ABCD]}
    """
    catalog = loaded(tmp_path, routes=routes, services="services:\n  api:\n")

    assert catalog.channels_for("api", "prod", "application", "high", {}) == ("#api", "#all")
    assert catalog.channels_for("api", "prod", "security", "low", {"team": "web"}) == ("#sec",)
    assert catalog.channels_for("web", "prod", "application", "low", {"team": "web"}) == ("C0123ABCD",)
    assert catalog.channels_for("web", "prod", "application", "low", {}) == ("#all",)
    assert [catalog.routes.priority_of(labels) for labels in ({"level": "Fatal"}, {"level": "x"}, {})] == [
        "critical",
        "medium",
        "medium",
    ]


def test_without_routes_alerts_go_to_the_alerts_channel(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, quarterdeck='alerts_channel: "#sirens"\n')

    assert catalog.channels_for("web", "prod", "application", "low", {}) == ("#sirens",)


@pytest.mark.parametrize(
    ("severity", "priority"),
    [("critical", "critical"), ("page", "high"), ("error", "high"), ("WARNING", "medium"), ("info", "low")],
)
def test_the_usual_severity_labels_have_a_priority(tmp_path: Path, severity: str, priority: str) -> None:
    assert loaded(tmp_path).routes.priority_of({"severity": severity}) == priority


def test_a_rule_counts_what_its_slo_counts_or_what_it_says_itself(tmp_path: Path) -> None:
    rules = """
        rules:
          - {name: down, kind: down, service: api, title: API is down, priority: critical, for_s: 60}
          - {name: errors, kind: error_rate, service: api, title: Errors, slo: api-availability, threshold: 0.05}
          - name: slow
            kind: latency
            service: api
            title: Slow
            threshold: 0.1
            metric: {total: latency_count, good: 'latency_bucket{le="0.25"}'}
    """
    catalog = loaded(tmp_path, rules=rules, services="services:\n  api:\n", slos__a=slo(metric=SAMPLED))
    down, errors, slow = catalog.rules

    assert (down.metric, down.threshold, down.for_s) == (None, None, 60)
    assert errors.metric == catalog.slos[0].indicator.metric
    assert slow.metric == RatioMetric(total="latency_count", good='latency_bucket{le="0.25"}')


def test_permissions_are_grants(tmp_path: Path) -> None:
    permissions = """
        grants:
          - {role: responder, to: everybody}
          - {role: operator, to: [ana, U0999ZZZ, "group:oncall"], services: api, environments: [prod]}
    """
    catalog = loaded(tmp_path, permissions=permissions, people=PEOPLE, services="services:\n  api:\n")

    assert catalog.permissions is not None
    everybody, operators = catalog.permissions.grants
    assert (everybody.to, everybody.services, everybody.environments) == (("everybody",), ("*",), ("*",))
    assert (operators.role, operators.to) == ("operator", ("ana", "U0999ZZZ", "group:oncall"))
    assert (operators.services, operators.environments) == (("api",), ("prod",))


def test_a_runbook_is_verified_as_usual_but_for_what_it_says_itself(tmp_path: Path) -> None:
    catalog = loaded(
        tmp_path,
        quarterdeck="verify: {before_s: 60, after_s: 30, min_events: 50}\n",
        slos__a=slo(),
        runbooks__plain="name: restart\ntitle: Restart\naction: restart\n",
        runbooks__own="name: rollback\ntitle: X\naction: rollback\nverify: {slo: api-availability, after_s: 5}\n",
        runbooks__none="name: scale\ntitle: Scale\naction: scale\nsteps: [{kind: action}]\n",
    )
    verify = {name: runbook.verify for name, runbook in catalog.runbooks.items()}

    assert verify["restart"] == Verify(slo="", before_s=60, after_s=30, min_events=50)
    assert verify["rollback"] == Verify(slo="api-availability", before_s=60, after_s=5, min_events=50)
    assert verify["scale"] is None


def test_a_runbook_is_offered_for_the_alerts_it_names(tmp_path: Path) -> None:
    runbook = """
        name: rollback
        title: Roll back
        action: rollback
        when:
          - {service: api, rule: [Errors, Slow]}
          - {labels: {deploy: "true"}}
        params:
          release: {type: string, label: Release}
        steps:
          - {kind: manual, text: Tell the team}
          - {kind: approval, text: Really?, role: approver}
          - {kind: wait, wait_s: 5}
          - {kind: action}
          - {kind: verify}
        undo: ""
    """
    one = loaded(tmp_path, runbooks__a=runbook, services="services:\n  api:\n").runbooks["rollback"]

    assert one.offered_for("api", "Errors", {})
    assert one.offered_for("web", "Other", {"deploy": "true"})
    assert not one.offered_for("api", "Other", {})
    assert not one.offered_for("web", "Errors", {})
    assert [step.kind for step in one.steps] == ["manual", "approval", "wait", "action", "verify"]


STEPS = "name: rollback\ntitle: Roll back\naction: rollback\nsteps:\n"
ACTION = "  - {kind: action}\n"


def test_approval_is_asked_for_in_production_unless_the_step_names_the_places(tmp_path: Path) -> None:
    plain = STEPS + "  - {kind: approval, text: Really?}\n" + ACTION
    named = plain.replace("Really?", "Really?, environments: [uat], role: admin, open_min: 5")
    read = loaded(tmp_path, runbooks__a=plain, runbooks__b=named.replace("name: rollback", "name: other")).runbooks
    places = {name: [each for each in ("dev", "uat", "prod") if one.approval_in(each)] for name, one in read.items()}
    assert places == {"rollback": ["prod"], "other": ["uat"]}
    step = read["other"].approval_in("uat")
    assert step is not None
    assert (step.role, step.open_min) == ("admin", 5)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (ACTION + "  - {kind: approval, text: Really?}\n", "stands before the action"),
        ("  - {kind: approval}\n" + ACTION, "needs 'text'"),
        ("  - {kind: action, environments: [prod]}\n", "belong to kind approval"),
        ("  - {kind: approval, text: Really?, open_min: 0}\n" + ACTION, "greater than 0"),
    ],
)
def test_an_approval_that_cannot_be_meant_is_a_mistake(tmp_path: Path, steps: str, words: str) -> None:
    with pytest.raises(CatalogErrors, match=words):
        loaded(tmp_path, runbooks__a=STEPS + steps)


def test_one_file_may_hold_several_runbooks(tmp_path: Path) -> None:
    both = "name: a\ntitle: A\naction: restart\n---\nname: b\ntitle: B\naction: scale\n"

    assert list(loaded(tmp_path, runbooks__both=both).runbooks) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "pager"),
    [
        ("kind: webhook\nurl: https://p.example\n", WebhookPager(kind="webhook", url="https://p.example")),
        (
            "kind: smtp\nhost: mail.example\nport: 25\nsender: q@shop.example\ntls: none\n",
            SmtpPager(kind="smtp", host="mail.example", port=25, sender="q@shop.example", tls="none"),
        ),
        ("kind: webhook\nurl: ${PAGER_URL:-}\n", None),
    ],
)
def test_pages_leave_by_webhook_or_by_mail_or_not_at_all(tmp_path: Path, text: str, pager: object) -> None:
    assert loaded(tmp_path, pager=text).pager == pager


def test_services_of_openslo_join_those_of_services_yaml(tmp_path: Path) -> None:
    described = document("Service", "web", "description: The shop's pages")
    catalog = loaded(tmp_path, services="services:\n  api:\n", slos__a=described + "---\n" + slo(service="web"))

    assert sorted(catalog.services) == ["api", "web"]
    assert [one.name for one in catalog.slos_of("web")] == ["api-availability"]


def test_hidden_files_are_none_of_the_catalog(tmp_path: Path) -> None:
    assert loaded(tmp_path, **{"slos__.a": "{", "slos__.git/x": "{"}).slos == ()
