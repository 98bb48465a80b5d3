"""Tokens of Entra: how each kind of identity gets one, how long it is kept, and what is said where none is given."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from bot.integrations.entra import EntraAuth, Identity
from bot.ports import Transient
from tests.support.azure import Cloud, cloud
from tests.support.azure.entra import ASSERTION, CLIENT, IDENTITY_HEADER, SECRET, TENANT
from tests.support.tls import certificates

SCOPE = "https://api.loganalytics.azure.com/.default"


@pytest.fixture
async def azure() -> AsyncIterator[Cloud]:
    async with cloud() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


class Ticking:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def identity(azure: Cloud, kind: str = "secret", **more: str) -> Identity:
    found = Identity.of(azure.sign_in | {"identity": kind} | more)
    assert found is not None
    return found


async def test_a_client_secret_buys_a_token_for_the_scope(azure: Cloud, http: httpx.AsyncClient) -> None:
    auth = EntraAuth(identity(azure), SCOPE, lambda: http)
    assert await auth.token() == "token-1"
    assert azure.entra.asked == [
        {"client_id": CLIENT, "client_secret": SECRET, "scope": SCOPE, "grant_type": "client_credentials"}
    ]


async def test_a_workload_identity_presents_the_token_of_its_pod(
    azure: Cloud, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{ASSERTION}\n")
    auth = EntraAuth(identity(azure, "workload", tokenFile=str(tmp_path / "token")), SCOPE, lambda: http)
    assert await auth.token() == "token-1"
    gone = EntraAuth(identity(azure, "workload", tokenFile=str(tmp_path / "gone")), SCOPE, lambda: http)
    with pytest.raises(Transient, match="workload identity's token cannot be read: No such file"):
        await gone.token()


@pytest.mark.parametrize(
    ("path", "header"), [("/metadata/identity/oauth2/token", ""), ("/msi/token", IDENTITY_HEADER)],
    ids=["virtual machine", "app service"],
)  # fmt: skip
async def test_a_managed_identity_asks_its_own_machine(
    azure: Cloud, http: httpx.AsyncClient, path: str, header: str
) -> None:
    who = identity(azure, "managed", identityEndpoint=azure.url + path, identityHeader=header)
    auth = EntraAuth(who, SCOPE, lambda: http)
    assert await auth.token() == "token-1"
    assert await auth.token() == "token-1"
    assert azure.entra.asked[0]["resource"] == "https://api.loganalytics.azure.com"
    assert azure.entra.asked[0]["client_id"] == CLIENT


async def test_a_token_is_kept_until_shortly_before_its_end(azure: Cloud, http: httpx.AsyncClient) -> None:
    clock = Ticking()
    auth = EntraAuth(identity(azure), SCOPE, lambda: http, clock)
    for moment, token in ((0, "token-1"), (3200, "token-1"), (3300, "token-2"), (6000, "token-2")):
        clock.now = 1000 + moment
        assert await auth.token() == token


async def test_a_token_that_cannot_be_renewed_is_used_to_its_end(azure: Cloud, http: httpx.AsyncClient) -> None:
    clock = Ticking()
    auth = EntraAuth(identity(azure), SCOPE, lambda: http, clock)
    await auth.token()
    azure.entra.down = True
    clock.now += 3400
    assert await auth.token() == "token-1"
    assert await auth.token() == "token-1"
    assert len(azure.entra.asked) == 2
    clock.now += 200
    with pytest.raises(Transient, match=r"answered without a token \(status 503\)"):
        await auth.token()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"clientSecret": "mistyped"}, "AADSTS7000215: Invalid client secret provided"),
        ({"clientId": "nobody"}, "AADSTS700016: Application was not found in the directory"),
        ({"tenantId": "elsewhere"}, "AADSTS90002: Tenant was not found"),
    ],
)
async def test_a_refusal_is_told_in_the_words_of_entra_and_without_the_secret(
    azure: Cloud, http: httpx.AsyncClient, wrong: dict[str, str], words: str
) -> None:
    auth = EntraAuth(identity(azure, **wrong), SCOPE, lambda: http)
    with pytest.raises(Transient, match=words) as refused:
        await auth.token()
    assert "mistyped" not in str(refused.value)
    assert "Trace ID" not in str(refused.value)
    assert SECRET not in repr(identity(azure))


async def test_nobody_listening_is_said(http: httpx.AsyncClient) -> None:
    async with cloud() as gone:
        who = identity(gone)
    with pytest.raises(Transient, match="cannot be reached for a token"):
        await EntraAuth(who, SCOPE, lambda: http).token()


async def test_the_fake_satisfies_microsofts_own_library(tmp_path: Path) -> None:
    pki = certificates(tmp_path)
    async with cloud(pki.server_context()) as azure:

        def fetched(secret: str) -> tuple[str, datetime]:
            credential = ClientSecretCredential(
                TENANT, CLIENT, secret,
                authority=azure.url, disable_instance_discovery=True, connection_verify=pki.ca,
            )  # fmt: skip
            token = credential.get_token(SCOPE)
            return token.token, datetime.fromtimestamp(token.expires_on, UTC)

        token, expires = await asyncio.to_thread(fetched, SECRET)
        assert token == "token-1"
        assert expires - datetime.now(UTC) == pytest.approx(timedelta(seconds=3599), abs=timedelta(seconds=30))
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            await asyncio.to_thread(fetched, "mistyped")
