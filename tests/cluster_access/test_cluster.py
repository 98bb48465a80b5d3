"""Where a cluster's settings are found, and how it is reached over TLS, by each kind of credentials."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.ports import OutsideError, Permanent, Transient
from runbooks.targets.kubernetes.cluster import Cluster
from runbooks.targets.kubernetes.in_cluster import found
from runbooks.targets.kubernetes.options import parse
from tests.cluster_access.far import CHECKOUT, DEPLOYMENT, cluster_of, far, kubeconfig, said, status
from tests.support.gateway import served
from tests.support.tls import Certificates, certificates

UNAUTHORIZED = (401, "Unauthorized", "Unauthorized")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("pki"))


def inline(file: str) -> str:
    return base64.b64encode(Path(file).read_bytes()).decode()


def service_account(folder: Path, url: str, ca: str = "") -> Cluster:
    """The bot in a pod of its own cluster."""
    (folder / "token").write_text("first\n")
    (folder / "namespace").write_text("shop\n")
    (folder / "ca.crt").write_bytes(Path(ca).read_bytes() if ca else b"")
    host, _, port = url.removeprefix("https://").partition(":")
    environment = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port, "HOME": str(folder)}
    return Cluster(parse({"name": "checkout"}), folder, environment)


async def fetched(cluster: Cluster) -> dict[str, Any]:
    async with cluster.session() as api:
        return await api.get(CHECKOUT)


async def failure(cluster: Cluster) -> OutsideError:
    with pytest.raises(OutsideError) as failed:
        await fetched(cluster)
    return failed.value


async def test_in_a_pod_its_service_account_is_enough(pki: Certificates, tmp_path: Path) -> None:
    async with far(tls=pki.server_context()) as side:
        cluster = service_account(tmp_path, side.url, pki.ca)
        async with cluster.session() as api:
            assert await api.get(CHECKOUT) == DEPLOYMENT
            assert (api.cluster, api.namespace) == ("the bot's own cluster", "shop")
        assert side.last.headers["Authorization"] == "Bearer first"


async def test_a_token_that_was_renewed_is_taken_up_when_the_old_one_is_refused(
    pki: Certificates, tmp_path: Path
) -> None:
    async with far(said(DEPLOYMENT), status(*UNAUTHORIZED), said(DEPLOYMENT), tls=pki.server_context()) as side:
        cluster = service_account(tmp_path, side.url, pki.ca)
        async with cluster.session() as api:
            await api.get(CHECKOUT)
            (tmp_path / "token").write_text("second")
            assert await api.get(CHECKOUT) == DEPLOYMENT
    assert [asked.headers["Authorization"] for asked in side.asked] == [
        "Bearer first",
        "Bearer first",
        "Bearer second",
    ]


async def test_a_token_that_is_refused_and_not_renewed_is_said_once(pki: Certificates, tmp_path: Path) -> None:
    async with far(status(*UNAUTHORIZED), tls=pki.server_context()) as side:
        error = await failure(service_account(tmp_path, side.url, pki.ca))
    assert len(side.asked) == 1
    assert isinstance(error, Permanent)
    assert error.code == "Unauthorized"
    assert str(error).startswith("The bot's own cluster does not accept the credentials of its service account: they")
    assert "first" not in str(error)


def test_without_the_name_of_its_server_a_pod_asks_for_it_by_the_usual_one(tmp_path: Path) -> None:
    for name in ("token", "ca.crt"):
        (tmp_path / name).write_text("x")
    connection = found(tmp_path, {})
    assert connection is not None
    assert (connection.server, connection.namespace) == ("https://kubernetes.default.svc:443", "default")
    six = found(tmp_path, {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"})
    assert six is not None
    assert six.server == "https://[fd00::1]:6443"


async def test_outside_of_a_pod_the_kubeconfig_of_the_home_is_meant(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    environment = {"HOME": str(tmp_path), "KUBECONFIG": "/nowhere"}
    async with far() as side:
        kubeconfig(tmp_path, side.url).rename(tmp_path / ".kube" / "config")
        assert await fetched(Cluster(parse({"name": "checkout"}), tmp_path / "none", environment)) == DEPLOYMENT


async def test_with_nothing_that_says_how_to_reach_a_cluster_all_that_was_looked_for_is_named(tmp_path: Path) -> None:
    error = await failure(Cluster(parse({"name": "checkout"}), tmp_path / "none", {"HOME": str(tmp_path)}))
    assert isinstance(error, Permanent)
    assert error.code == "Kubeconfig"
    assert f"no service account of a pod, no {tmp_path}/.kube/config. See docs/kubernetes.md." in str(error)


@pytest.mark.parametrize(
    ("user", "header"),
    [
        ({"token": "t"}, "Bearer t"),
        ({"username": "ana", "password": "pä ss"}, f"Basic {base64.b64encode('ana:pä ss'.encode()).decode()}"),
        ({}, None),
    ],
    ids=["token", "password", "nobody"],
)
async def test_what_the_kubeconfig_holds_is_shown(tmp_path: Path, user: dict[str, str], header: str | None) -> None:
    async with far() as side:
        assert await fetched(cluster_of(kubeconfig(tmp_path, side.url, user))) == DEPLOYMENT
    assert side.last.headers.get("Authorization") == header


async def test_a_token_file_goes_before_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    async with far() as side:
        await fetched(cluster_of(kubeconfig(tmp_path, side.url, {"token": "t", "tokenFile": "token"})))
    assert side.last.headers["Authorization"] == "Bearer from-file"


async def test_a_token_file_that_is_gone_is_named(tmp_path: Path) -> None:
    async with far() as side:
        error = await failure(cluster_of(kubeconfig(tmp_path, side.url, {"tokenFile": "gone"})))
    assert isinstance(error, Transient)
    assert str(error) == f"The token cannot be read from {tmp_path}/gone (no such file or directory)."


@pytest.mark.parametrize("how", ["files", "data"])
async def test_a_client_certificate_lets_in(pki: Certificates, tmp_path: Path, how: str) -> None:
    certificate, key = pki.client()
    user = {"client-certificate": certificate, "client-key": key}
    cluster = {"certificate-authority": pki.ca}
    if how == "data":
        user = {f"{name}-data": inline(file) for name, file in user.items()}
        cluster = {f"{name}-data": inline(file) for name, file in cluster.items()}
    async with far(tls=pki.server_context(mutual=True)) as side:
        assert await fetched(cluster_of(kubeconfig(tmp_path, side.url, user, cluster))) == DEPLOYMENT
        assert side.last.presented
        assert "Authorization" not in side.last.headers


async def test_without_the_client_certificate_it_asks_for_the_reason_is_said(pki: Certificates, tmp_path: Path) -> None:
    cluster = {"certificate-authority": pki.ca}
    async with far(tls=pki.server_context(mutual=True)) as side:
        error = await failure(cluster_of(kubeconfig(tmp_path, side.url, cluster=cluster)))
    assert isinstance(error, Transient)
    assert "cannot be reached" in str(error)
    assert side.asked == []


async def test_a_certificate_without_its_own_key_is_said(pki: Certificates, tmp_path: Path) -> None:
    user = {"client-certificate": pki.client("one")[0], "client-key": pki.client("two")[1]}
    async with far(tls=pki.server_context()) as side:
        file = kubeconfig(tmp_path, side.url, user, {"certificate-authority": pki.ca})
        error = await failure(cluster_of(file))
    assert str(error) == "The client certificate is no PEM certificate with its own key."


async def test_an_authority_that_is_no_certificate_is_said(tmp_path: Path) -> None:
    cluster = {"certificate-authority-data": base64.b64encode(b"nothing").decode()}
    error = await failure(cluster_of(kubeconfig(tmp_path, "https://127.0.0.1:9", cluster=cluster)))
    assert str(error) == "The cluster's `certificate-authority` is no PEM certificate."


async def test_an_authority_file_that_is_gone_is_named(tmp_path: Path) -> None:
    cluster = {"certificate-authority": "ca.pem"}
    error = await failure(cluster_of(kubeconfig(tmp_path, "https://127.0.0.1:9", cluster=cluster)))
    assert f"The cluster's authority cannot be read from {tmp_path}/ca.pem (no such file" in str(error)


async def test_an_intermediate_authority_is_trusted_as_it_is_named(pki: Certificates, tmp_path: Path) -> None:
    """As kubectl does: what the kubeconfig names needs no root above it."""
    middle = pki.authority.create_child_ca()
    (tmp_path / "middle").mkdir()
    below = Certificates(tmp_path / "middle", middle)
    middle.cert_pem.write_to_path(below.ca)
    async with far(tls=below.server_context()) as side:
        file = kubeconfig(tmp_path, side.url, cluster={"certificate-authority": below.ca})
        assert await fetched(cluster_of(file)) == DEPLOYMENT


async def test_an_unknown_authority_and_another_name_are_told_apart(pki: Certificates, tmp_path: Path) -> None:
    async with far(tls=pki.server_context()) as side:
        untrusted = await failure(cluster_of(kubeconfig(tmp_path, side.url)))
        cluster = {"certificate-authority": pki.ca, "tls-server-name": "kubernetes"}
        misnamed = await failure(cluster_of(kubeconfig(tmp_path, side.url, cluster=cluster)))
    assert isinstance(untrusted, Transient)
    assert "its certificate is not trusted" in str(untrusted)
    assert f"Check `certificate-authority` in {tmp_path}/kubeconfig" in str(untrusted)
    assert "its certificate is made out to another name" in str(misnamed)
    assert "Give `tls-server-name`" in str(misnamed)


async def test_a_server_name_stands_for_the_address_in_the_certificate(pki: Certificates, tmp_path: Path) -> None:
    cluster = {"certificate-authority": pki.ca, "tls-server-name": "127.0.0.1"}
    async with far(tls=pki.server_context()) as side:
        url = side.url.replace("127.0.0.1", "localhost")
        file = kubeconfig(tmp_path, url, cluster=cluster)
        assert await fetched(cluster_of(file)) == DEPLOYMENT


async def test_a_renewed_authority_is_taken_up_by_the_next_session(pki: Certificates, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file = tmp_path / "ca.pem"
    file.write_bytes(Path(certificates(tmp_path / "other").ca).read_bytes())
    async with far(tls=pki.server_context()) as side:
        cluster = cluster_of(kubeconfig(tmp_path, side.url, cluster={"certificate-authority": str(file)}))
        assert "not trusted" in str(await failure(cluster))
        file.write_bytes(Path(pki.ca).read_bytes())
        assert await fetched(cluster) == DEPLOYMENT


async def test_a_proxy_of_the_kubeconfig_is_used_and_none_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    proxied: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        proxied.append(request.headers["Host"])
        return said(DEPLOYMENT)

    async with served(proxy) as url, far() as side:
        assert await fetched(cluster_of(kubeconfig(tmp_path, side.url))) == DEPLOYMENT
        assert proxied == []
        file = kubeconfig(tmp_path, side.url, cluster={"proxy-url": url})
        os.utime(file, ns=(2, 2))
        assert await fetched(cluster_of(file)) == DEPLOYMENT
        assert proxied == [side.url.removeprefix("http://")]


async def test_a_proxy_that_refuses_is_named_as_such(tmp_path: Path) -> None:
    async def proxy(request: web.Request) -> web.Response:
        return web.Response()

    async with served(proxy) as url:
        secret = url.replace("http://", "http://ana:s3cret@")
        error = await failure(cluster_of(kubeconfig(tmp_path, "https://k8s.example", cluster={"proxy-url": secret})))
    assert isinstance(error, Transient)
    assert "its proxy says 404 Not Found. Check `proxy-url` in" in str(error)
    assert "s3cret" not in str(error)


@asynccontextmanager
async def tunnels() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy for TLS that lets in one user, and the head of each request it got."""
    heads: list[str] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if "Proxy-Authorization: Basic YW5hOnMzY3JldA==" not in heads[-1]:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            writer.close()
            return
        host, _, port = heads[-1].split()[1].partition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
    finally:
        server.close()
        await server.wait_closed()


async def test_tls_goes_through_a_proxy_with_its_password(pki: Certificates, tmp_path: Path) -> None:
    async with far(tls=pki.server_context()) as side, tunnels() as (proxy, heads):
        known = {"certificate-authority": pki.ca}
        through = {**known, "proxy-url": f"http://ana:s3cret@{proxy}"}
        assert await fetched(cluster_of(kubeconfig(tmp_path, side.url, cluster=through))) == DEPLOYMENT
        assert heads[0].startswith(f"CONNECT {side.url.removeprefix('https://')} ")
        assert "t0ken" not in heads[0]
        refused = kubeconfig(tmp_path, side.url, cluster={**known, "proxy-url": f"http://{proxy}"})
        error = await failure(cluster_of(refused))
    assert "its proxy says 407 Proxy Authentication Required. Check `proxy-url` in" in str(error)


@pytest.mark.parametrize(
    ("options", "named", "groups"),
    [({}, "ana", "sre"), ({"impersonate": "ben"}, "ben", None)],
    ids=["the kubeconfig's", "the catalog's"],
)
async def test_the_cluster_is_asked_in_somebodys_name(
    tmp_path: Path, options: dict[str, str], named: str, groups: str | None
) -> None:
    user = {"token": "t", "as": "ana", "as-groups": ["sre"]}
    async with far() as side:
        await fetched(cluster_of(kubeconfig(tmp_path, side.url, user), **options))
    assert side.last.headers["Impersonate-User"] == named
    assert side.last.headers.get("Impersonate-Group") == groups


async def test_the_catalogs_namespace_goes_before_the_contexts(tmp_path: Path) -> None:
    async with far() as side:
        file = kubeconfig(tmp_path, side.url)
        async with cluster_of(file).session() as one, cluster_of(file, namespace="till").session() as other:
            assert (one.namespace, other.namespace) == ("shop", "till")
