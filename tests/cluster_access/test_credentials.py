"""Tokens that stand in files are read again in time, and the programs that print credentials are run as agreed."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ports import OutsideError, Permanent, Transient
from runbooks.targets.kubernetes.connection import Plugin, User
from runbooks.targets.kubernetes.credentials import AGE, FromFile
from runbooks.targets.kubernetes.plugins import FromPlugin
from tests.cluster_access.far import DEPLOYMENT, cluster_of, far, kubeconfig, said, status
from tests.support.tls import certificates

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
V1 = "client.authentication.k8s.io/v1"


def printed(version: str = V1, kind: str = "ExecCredential", **fields: object) -> str:
    return json.dumps({"apiVersion": version, "kind": kind, "status": fields})


def program(folder: Path, *lines: str) -> str:
    """A plugin that counts its runs in the file `runs` beside it."""
    file = folder / "login"
    file.write_text("\n".join(["#!/bin/sh", f"echo run >> {folder}/runs", *lines, ""]))
    file.chmod(0o755)
    return str(file)


def printing(folder: Path, text: str) -> str:
    (folder / "output").write_text(text)
    return program(folder, f"cat {folder}/output")


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text().splitlines())


def plugin(command: str, *arguments: str, **options: Any) -> FromPlugin:
    patience = options.pop("patience", 10.0)
    clock = options.pop("clock", lambda: NOW)
    made = Plugin(command, arguments, **options)
    return FromPlugin(User("bot", plugin=made), made, patience, clock)


async def failure(credentials: FromPlugin) -> OutsideError:
    with pytest.raises(OutsideError) as failed:
        await credentials.proof()
    return failed.value


async def test_a_token_file_is_read_again_after_a_minute_or_when_its_token_was_refused(tmp_path: Path) -> None:
    file, now = tmp_path / "token", [100.0]
    credentials = FromFile(User(), file, lambda: now[0])
    file.write_text("first\n")
    first = await credentials.proof()
    file.write_text("second\n")
    assert (await credentials.proof()).header == "Bearer first"
    now[0] += AGE
    second = await credentials.proof()
    assert second.header == "Bearer second"
    file.write_text("third\n")
    assert (await credentials.proof(instead_of=second)).header == "Bearer third"
    assert first.header == "Bearer first"


@pytest.mark.parametrize(("content", "kind"), [(b"", Transient), (b"two words", Transient), (b"\xff\xfe", Permanent)])
async def test_a_token_file_that_holds_no_token_is_named(
    tmp_path: Path, content: bytes, kind: type[OutsideError]
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(kind, match=f"{file} holds no token"):
        await FromFile(User(), file).proof()


async def test_a_plugin_is_run_once_and_its_token_used_until_shortly_before_its_end(tmp_path: Path) -> None:
    now = [NOW]
    ends = (NOW + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    command = printing(tmp_path, printed(token="t1", expirationTimestamp=ends))
    credentials = plugin(command, clock=lambda: now[0])
    assert (await credentials.proof()).header == "Bearer t1"
    now[0] += timedelta(minutes=4)
    await credentials.proof()
    assert runs(tmp_path) == 1
    now[0] += timedelta(seconds=51)
    await credentials.proof()
    assert runs(tmp_path) == 2


async def test_a_token_without_an_end_is_used_until_it_is_refused(tmp_path: Path) -> None:
    credentials = plugin(printing(tmp_path, printed(token="t1")))
    first = await credentials.proof()
    assert await credentials.proof() == first
    (tmp_path / "output").write_text(printed(token="t2"))
    assert (await credentials.proof(instead_of=first)).header == "Bearer t2"
    assert (await credentials.proof(instead_of=first)).header == "Bearer t2"
    assert runs(tmp_path) == 2


async def test_many_who_ask_at_once_wait_for_one_run(tmp_path: Path) -> None:
    credentials = plugin(printing(tmp_path, printed(token="t1")))
    proofs = await asyncio.gather(*(credentials.proof() for _ in range(5)))
    assert {proof.header for proof in proofs} == {"Bearer t1"}
    assert runs(tmp_path) == 1


async def test_a_plugin_gets_its_arguments_and_environment_and_none_of_the_bots_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-ours")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ours")
    monkeypatch.setenv("AZURE_TENANT_ID", "tenant")
    (tmp_path / "output").write_text(printed(token="t1"))
    command = program(
        tmp_path,
        f"env > {tmp_path}/env; printf '%s\\n' \"$@\" > {tmp_path}/arguments; cat > {tmp_path}/input",
        f"cat {tmp_path}/output",
    )
    cluster = json.dumps({"server": "https://k"})
    await plugin(command, "get-token", "$(id); *", environment=(("MODE", "msi"),), cluster=cluster).proof()
    found = dict(line.partition("=")[::2] for line in (tmp_path / "env").read_text().splitlines())
    assert (found["MODE"], found["AZURE_TENANT_ID"]) == ("msi", "tenant")
    assert not {"SLACK_BOT_TOKEN", "DATABASE_URL"} & found.keys()
    assert json.loads(found["KUBERNETES_EXEC_INFO"]) == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {"interactive": False, "cluster": {"server": "https://k"}},
    }
    assert (tmp_path / "arguments").read_text().splitlines() == ["get-token", "$(id); *"]
    assert (tmp_path / "input").read_text() == ""


async def test_a_plugin_that_is_missing_is_said_with_how_to_install_it() -> None:
    error = await failure(plugin("no-such-login", hint="Install it\nfrom example.test."))
    assert isinstance(error, Permanent)
    assert error.code == "ExecPlugin"
    assert str(error) == ("The credential plugin no-such-login is not installed here. Install it from example.test.")


async def test_a_plugin_that_may_not_be_run_is_said(tmp_path: Path) -> None:
    file = tmp_path / "login"
    file.write_text("#!/bin/sh\n")
    assert str(await failure(plugin(str(file)))) == f"The credential plugin {file} may not be run."


async def test_a_plugin_that_fails_is_quoted_by_its_last_line_without_secrets(tmp_path: Path) -> None:
    command = program(
        tmp_path,
        "echo 'token: eyJsecret'",
        "echo first >&2",
        'echo "login with password=hunter2 as $WHO and $2 and ${3#*=} refused." >&2',
        "echo >&2",
        "exit 3",
    )
    who = (("WHO", "s3cret-client"),)
    error = await failure(plugin(command, "--client-secret", "f1rst-secret", "--token=sec0nd-secret", environment=who))
    assert isinstance(error, Transient)
    assert str(error) == (
        f"The credential plugin {command} failed with exit code 3: login with password=… as … and … and … refused."
    )


async def test_a_plugin_that_fails_without_a_word_is_said(tmp_path: Path) -> None:
    assert "failed with exit code 1, without a word." in str(await failure(plugin(program(tmp_path, "exit 1"))))


async def test_a_plugin_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "alive")
    reader = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    command = program(tmp_path, f"sleep 600 > {tmp_path}/alive &", "sleep 600")
    error = await failure(plugin(command, patience=0.5))
    assert isinstance(error, Transient)
    assert f"The credential plugin {command} did not answer within 0.5 s; it was ended." in str(error)
    os.set_blocking(reader, True)
    assert await asyncio.wait_for(asyncio.to_thread(os.read, reader, 1), 10) == b"", "nobody holds its other end"
    os.close(reader)


async def test_a_plugin_that_is_just_being_started_ends_with_the_one_who_asked_too(tmp_path: Path) -> None:
    command = program(tmp_path, f"touch {tmp_path}/begun; sleep 600")
    asking = asyncio.create_task(plugin(command).proof())
    while not (tmp_path / "begun").exists():
        await asyncio.sleep(0)
        time.sleep(0.002)  # the program gets on, and asyncio does not
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 20)


async def test_a_plugin_ends_with_the_one_who_asked(tmp_path: Path) -> None:
    command = program(tmp_path, f"echo $$ > {tmp_path}/pid.new && mv {tmp_path}/pid.new {tmp_path}/pid; sleep 600")
    credentials = plugin(command)
    asking = asyncio.create_task(credentials.proof())
    while not (tmp_path / "pid").exists():
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGCONT)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("", "printed nothing"),
        ("Signed in!", "printed something that is not JSON"),
        ("[]", "printed JSON that is no ExecCredential"),
        (printed(kind="Config", token="t"), "printed JSON that is no ExecCredential"),
        (printed("client.authentication.k8s.io/v1beta1", token="t"), f"printed another version than {V1}"),
        (printed(), "printed neither a token nor a client certificate"),
        (json.dumps({"apiVersion": V1, "kind": "ExecCredential", "status": None}), "printed neither a token nor"),
        (printed(token="s3cret\nX: y"), "printed a token that no header can carry"),
        (printed(token=7), "printed a token that no header can carry"),
        (printed(clientKeyData="s3cret"), "printed a client certificate without its key, or a key without"),
        (printed(token="s3cret", expirationTimestamp="soon"), "printed an expirationTimestamp that is no time"),
    ],
)
async def test_what_is_no_credential_is_said_and_not_shown(tmp_path: Path, output: str, words: str) -> None:
    error = await failure(plugin(printing(tmp_path, output)))
    assert isinstance(error, Permanent)
    assert words in str(error)
    assert "s3cret" not in str(error)


async def test_a_plugin_that_prints_without_end_takes_no_memory_without_end(tmp_path: Path) -> None:
    command = program(tmp_path, "head -c 3000000 /dev/zero")
    assert "printed something that is not JSON" in str(await failure(plugin(command)))


def user_of(command: str, version: str = V1) -> Mapping[str, Any]:
    return {"exec": {"apiVersion": version, "command": command}}


@pytest.mark.parametrize("version", [V1, "client.authentication.k8s.io/v1beta1"])
async def test_a_plugin_of_the_kubeconfig_lets_in_and_is_asked_again_when_refused(tmp_path: Path, version: str) -> None:
    command = printing(tmp_path, printed(version, token="t1"))
    async with far(said(DEPLOYMENT), status(401, "Unauthorized", "Unauthorized"), said(DEPLOYMENT)) as side:
        cluster = cluster_of(kubeconfig(tmp_path, side.url, user_of(command, version)))
        async with cluster.session() as api:
            await api.get("/version")
        (tmp_path / "output").write_text(printed(version, token="t2"))
        async with cluster.session() as api:
            assert await api.get("/version") == DEPLOYMENT
    assert [asked.headers["Authorization"][-2:] for asked in side.asked] == ["t1", "t1", "t2"]
    assert runs(tmp_path) == 2


async def test_a_client_certificate_of_a_plugin_lets_in(tmp_path: Path) -> None:
    pki = certificates(tmp_path)
    certificate, key = (Path(file).read_text() for file in pki.client())
    command = printing(tmp_path, printed(clientCertificateData=certificate, clientKeyData=key))
    async with far(tls=pki.server_context(mutual=True)) as side:
        cluster = cluster_of(kubeconfig(tmp_path, side.url, user_of(command), {"certificate-authority": pki.ca}))
        async with cluster.session() as api:
            assert await api.get("/version") == DEPLOYMENT
    assert side.last.presented
