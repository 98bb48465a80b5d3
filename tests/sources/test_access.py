"""Every way to sign in to a Prometheus, at a real one behind a gateway that insists on it."""

import asyncio
import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.slo import Counts, SliQuery
from bot.integrations.access import Access
from bot.integrations.prometheus import PrometheusSource
from bot.ports import Transient
from tests.support.azure import cloud
from tests.support.gateway import gateway, served
from tests.support.prometheus import Series, backfill, prometheus
from tests.support.slos import slo
from tests.support.tls import Certificates, certificates

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUERY = SliQuery(slo().indicator, timedelta(minutes=30))


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Ten requests a minute, all of them good."""
    directory: Path = tmp_path_factory.mktemp("prometheus")
    points = [((AT - timedelta(minutes=back)).timestamp(), 10.0 * (60 - back)) for back in range(60, -1, -1)]
    backfill(directory, [Series("shop_requests_total", {"service": "checkout", "code": "200"}, points)])
    with prometheus(directory) as address:
        yield address


@pytest.fixture
def pki(tmp_path: Path) -> Certificates:
    return certificates(tmp_path)


async def asked(url: str, **options: str) -> Counts | None:
    source = PrometheusSource("prometheus", url, Access(options))
    try:
        return (await source.measure([QUERY], AT))[0].counts
    finally:
        await source.close()


def counted(counts: Counts | None) -> bool:
    return counts is not None and counts.total == pytest.approx(300, rel=0.05)


def presenting(header: str) -> object:
    return lambda request: request.headers.get("Authorization") == header


BASIC = "Basic " + base64.b64encode(b"reader:pass word").decode()


@pytest.mark.parametrize(
    ("header", "options"),
    [
        (BASIC, {"username": "reader", "password": "pass word"}),
        ("Bearer secret", {"bearerToken": "secret"}),
        ("Digest ready-made", {"authorization": "Digest ready-made"}),
    ],
    ids=["basic", "bearer", "ready-made"],
)
async def test_a_password_or_token_lets_in_and_its_absence_is_said(
    upstream: str, header: str, options: dict[str, str]
) -> None:
    async with gateway(upstream, presenting(header)) as url:  # type: ignore[arg-type]
        assert counted(await asked(url, **options))
        with pytest.raises(Transient, match=r"refused the credentials \(status 401\)") as refused:
            await asked(url, **dict.fromkeys(options, "wrong"))
    assert "wrong" not in str(refused.value)


async def test_a_token_in_a_file_is_read_anew_when_it_was_renewed(upstream: str, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first\n")
    valid = ["Bearer first"]
    async with gateway(upstream, lambda request: request.headers.get("Authorization") in valid) as url:
        source = PrometheusSource("prometheus", url, Access({"bearerTokenFile": str(token)}))
        assert counted((await source.measure([QUERY], AT))[0].counts)
        valid[:] = ["Bearer second"]
        token.write_text("second\n")
        assert counted((await source.measure([QUERY], AT))[0].counts)
        token.unlink()
        with pytest.raises(Transient, match="The token cannot be read from"):
            await source.measure([QUERY], AT)
        await source.close()


async def test_a_private_authority_must_be_named(upstream: str, pki: Certificates) -> None:
    async with gateway(upstream, tls=pki.server_context()) as url:
        assert counted(await asked(url, caFile=pki.ca))
        with pytest.raises(Transient, match=r"its certificate is not trusted here .* Name its authority as caFile"):
            await asked(url)


async def test_a_client_certificate_lets_in_and_its_absence_is_said(upstream: str, pki: Certificates) -> None:
    certificate, key = pki.client()
    async with gateway(upstream, tls=pki.server_context(mutual=True)) as url:
        assert counted(await asked(url, caFile=pki.ca, certFile=certificate, keyFile=key))
        with pytest.raises(Transient, match=r"want.* a client certificate that it trusts: .*certFile"):
            await asked(url, caFile=pki.ca)


async def test_a_renewed_client_certificate_is_taken_up_without_a_restart(upstream: str, pki: Certificates) -> None:
    stranger = certificates(_made(pki.directory / "elsewhere"))
    certificate, key = stranger.client()
    async with gateway(upstream, tls=pki.server_context(mutual=True)) as url:
        access = Access({"caFile": pki.ca, "certFile": certificate, "keyFile": key})
        source = PrometheusSource("prometheus", url, access)
        with pytest.raises(Transient, match=r"want.* a client certificate that it trusts"):
            await source.measure([QUERY], AT)
        for old, new in zip((certificate, key), pki.client(), strict=True):
            Path(old).write_bytes(Path(new).read_bytes())
            os.utime(old, (1, 1))
        assert counted((await source.measure([QUERY], AT))[0].counts)
        await source.close()


@pytest.mark.parametrize(("content", "words"), [(None, "no such file"), ("no certificate", "no PEM certificate|pem")])
async def test_a_certificate_that_cannot_be_loaded_is_named(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "client.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(Transient, match=rf"The certificate cannot be loaded from .*client\.pem: .*({words})"):
        await asked("https://127.0.0.1:1", certFile=str(file))


async def test_tls_spoken_to_a_plain_server_is_said(upstream: str) -> None:
    with pytest.raises(Transient, match="does not speak TLS"):
        await asked(upstream.replace("http://", "https://"))


async def test_the_tenant_is_named_to_servers_of_many(upstream: str) -> None:
    async with gateway(upstream, lambda request: request.headers.get("X-Scope-OrgID") == "team-a") as url:
        assert counted(await asked(url, tenant="team-a"))


async def silent(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def test_the_timeout_is_the_one_of_the_connection_details() -> None:
    async with served(silent) as url:
        with pytest.raises(Transient, match="did not answer in time"):
            await asked(url, timeout="0.2")


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


async def test_an_entra_identity_lets_in_as_azures_managed_prometheus_asks_it_to(upstream: str) -> None:
    async with cloud() as azure, gateway(upstream, lambda request: azure.entra.admits(request, azure.url)) as url:
        assert counted(await asked(url, **azure.sign_in))
        with pytest.raises(Transient, match="gives no token: AADSTS7000215: Invalid client secret provided"):
            await asked(url, **azure.sign_in | {"clientSecret": "mistyped"})
