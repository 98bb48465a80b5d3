"""How DataSource documents say where a source is and how to sign in to it."""

from pathlib import Path

import pytest

from bot.catalog import check, load
from bot.catalog.model import DataSource
from bot.catalog.problems import Report
from bot.domain.slo import RatioMetric
from tests.catalog.writing import QUIET, RATIO, document, slo, write

SECRETS = {**QUIET, "TOKEN": "hunter2", "PASSWORD": "hunter2"}
AZURE = {"AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "hunter2"}


def written(directory: Path, kind: str, details: str) -> Path:
    lines = "\n".join(f"  {line}" for line in details.splitlines())
    source = document("DataSource", "main", f"type: {kind}\nconnectionDetails:\n{lines}")
    metric = RATIO.replace("type: Prometheus", "metricSourceRef: main")
    return write(directory, {"slos/source.yaml": source, "slos/slo.yaml": slo(metric=metric)})


def source(directory: Path, kind: str, details: str, env: dict[str, str] | None = None) -> DataSource:
    return load(written(directory, kind, details), SECRETS | (env or {})).sources["main"]


def report(directory: Path, kind: str, details: str, env: dict[str, str] | None = None) -> Report:
    return check(written(directory, kind, details), SECRETS | (env or {}))


URL = "url: https://prometheus.example\n"


@pytest.mark.parametrize(
    ("details", "options"),
    [
        ("bearerToken: ${TOKEN}", {"bearerToken": "hunter2"}),
        ("bearer_token: ${TOKEN}", {"bearerToken": "hunter2"}),
        ("authorization: {credentials: '${TOKEN}'}", {"bearerToken": "hunter2"}),
        ("authorization: {type: Bearer, credentials: '${TOKEN}'}", {"bearerToken": "hunter2"}),
        ("authorization: Token ${TOKEN}", {"authorization": "Token hunter2"}),
        ("bearer_token_file: /run/token", {"bearerTokenFile": "/run/token"}),
        ("username: me\npassword: ${PASSWORD}", {"username": "me", "password": "hunter2"}),
        ("basic_auth: {username: me, password: '${PASSWORD}'}", {"username": "me", "password": "hunter2"}),
        ("tenant: team-a\ntimeout: 20", {"tenant": "team-a", "timeout": "20"}),
    ],
)
def test_the_usual_spellings_of_credentials_are_read(tmp_path: Path, details: str, options: dict[str, str]) -> None:
    found = source(tmp_path, "Prometheus", URL + details)
    assert (found.url, found.options) == ("https://prometheus.example", options)
    assert "hunter2" not in repr(found)


def test_certificates_are_named_like_in_prometheus_own_configuration(tmp_path: Path) -> None:
    for name in ("ca.pem", "me.pem", "me.key"):
        (tmp_path / name).touch()
    details = (
        f"{URL}tls_config: {{ca_file: {tmp_path}/ca.pem, cert_file: {tmp_path}/me.pem, key_file: {tmp_path}/me.key}}"
    )
    found = source(tmp_path, "Prometheus", details)
    assert found.options == {
        "caFile": f"{tmp_path}/ca.pem", "certFile": f"{tmp_path}/me.pem", "keyFile": f"{tmp_path}/me.key"
    }  # fmt: skip


def test_a_user_in_an_address_signs_in_and_is_never_shown(tmp_path: Path) -> None:
    found = source(tmp_path, "Prometheus", "url: https://me:${PASSWORD}@prometheus.example:9090/prom")
    assert found.url == "https://prometheus.example:9090/prom"
    assert found.options == {"username": "me", "password": "hunter2"}
    implied = load(
        write(tmp_path / "b", {"slos/slo.yaml": slo()}), QUIET | {"PROMETHEUS_URL": "http://me:hunter2@prometheus:9090"}
    ).sources["prometheus"]
    assert (implied.url, implied.options["password"]) == ("http://prometheus:9090", "hunter2")
    assert "hunter2" not in repr(implied)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ("bearerToken: literal-secret", "'bearerToken' stands in the file: write ${NAME}"),
        ("basic_auth: {username: me, password: literal-secret}", "'password' stands in the file"),
        ("address: https://me:literal-secret@prometheus.example", "'address' stands in the file"),
        ("bearerToken: ${TOKEN}\nusername: me", "a token and a user exclude each other"),
        ("password: ${PASSWORD}", "'password' needs a 'username'"),
        ("keyFile: /run/key", "'keyFile' needs a 'certFile'"),
        ("timeout: fast", "'timeout' is in seconds, above 0 and at most 120, not 'fast'"),
        ("identity: manged", "The identity 'manged' is not known. Did you mean 'managed'?"),
        ("identity: secret\ntenantId: t", "the identity 'secret' needs clientId, clientSecret too"),
    ],
)
def test_what_cannot_work_is_refused_with_its_line(tmp_path: Path, details: str, words: str) -> None:
    (problem,) = report(tmp_path, "Prometheus", URL + details).errors
    assert words in problem.what
    assert problem.line > 1
    assert "literal-secret" not in str(problem)


def test_unknown_details_and_absent_files_are_warned_about(tmp_path: Path) -> None:
    found = report(tmp_path, "Prometheus", f"{URL}caFil: x\ncertFile: /nowhere/me.pem")
    assert not found.errors
    words = " ".join(problem.what for problem in found.warnings)
    assert "The connection detail 'caFil' is not known. Did you mean 'caFile'?" in words
    assert "certFile names '/nowhere/me.pem', which is no file here." in words


@pytest.mark.parametrize(
    ("env", "identity"),
    [
        (AZURE, {"identity": "secret", "tenantId": "tenant", "clientId": "client", "clientSecret": "hunter2"}),
        (
            {"AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_FEDERATED_TOKEN_FILE": "/run/azure"},
            {"identity": "workload", "tenantId": "tenant", "clientId": "client", "tokenFile": "/run/azure"},
        ),
        ({}, {"identity": "managed"}),
    ],
    ids=["secret", "workload", "managed"],
)
def test_azure_signs_in_as_its_own_libraries_would(
    tmp_path: Path, env: dict[str, str], identity: dict[str, str]
) -> None:
    found = source(tmp_path, "azure-logs", "workspaceId: 3333", env)
    assert found.options == {"workspace": "3333", **identity}


def test_managed_prometheus_signs_in_with_an_identity_that_it_names(tmp_path: Path) -> None:
    found = source(tmp_path, "Prometheus", f"{URL}identity: managed", AZURE)
    assert found.options == {"identity": "managed", "clientId": "client"}
    assert source(tmp_path / "b", "Prometheus", URL + "tenant: a", AZURE).options == {"tenant": "a"}


def test_a_metric_of_a_resource_is_named_key_by_key(tmp_path: Path) -> None:
    spec = "type: azure-metrics, spec: {metric: [Http5xx, Http4xx], resourceId: /subscriptions/1/sites/portal}"
    metric = f"""
        ratioMetric:
          bad:
            metricSource: {{{spec}}}
          total:
            metricSource: {{type: azure-metrics, spec: {{metric: Requests, filter: "Instance eq 'a&b'"}}}}
    """
    (one,) = load(write(tmp_path, {"slos/slo.yaml": slo(metric=metric)}), QUIET).slos
    assert one.indicator.metric == RatioMetric(
        total="?metric=Requests&aggregation=Total&filter=Instance eq 'a%26b'",
        bad="/subscriptions/1/sites/portal?metric=Http5xx,Http4xx&aggregation=Total",
    )


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("{metric: Requests, aggregation: Sum}", "the metric has the unknown aggregation 'Sum': allowed are Total"),
        ("{metric: Requests, agregation: Total}", "the metric has the unknown key 'agregation'"),
        ("{aggregation: Total}", "'query' is missing"),
    ],
)
def test_a_wrong_metric_of_a_resource_is_an_error_with_its_line(tmp_path: Path, spec: str, words: str) -> None:
    metric = f"thresholdMetric: {{metricSource: {{type: azure-metrics, spec: {spec}}}}}"
    files = {"slos/slo.yaml": slo(metric=metric, objectives="- op: gte\n  value: 1\n  target: 0.9")}
    (problem,) = check(write(tmp_path, files), QUIET).errors
    assert words in problem.what
    assert problem.line > 1


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        ("rawType: success, raw: {metricSource: {type: Prometheus, spec: {sloth: a}}}", "rawType is failure"),
        ("rawType: success, raw: {metricSource: {type: Prometheus, spec: {slo-generator: a}}}", "service/feature/slo"),
        (
            "good: {metricSource: {type: Prometheus, spec: {pyrra: a}}}, total: {metricSource: {type: Prometheus, "
            "spec: {query: t}}}",
            "name it under ratioMetric.raw",
        ),
    ],
)
def test_a_recorded_slo_is_named_where_its_ratio_belongs(tmp_path: Path, ratio: str, words: str) -> None:
    problems = check(write(tmp_path, {"slos/slo.yaml": slo(metric=f"ratioMetric: {{{ratio}}}")}), QUIET).errors
    assert words in " ".join(problem.what for problem in problems)
