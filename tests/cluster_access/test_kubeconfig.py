"""Reading kubeconfigs: what they say, and what is wrong with them in words that name the file and the field."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.ports import Permanent
from runbooks.targets.kubernetes.kubeconfig import read
from tests.cluster_access.far import kubeconfig

SERVER = "https://10.0.0.1:6443"
EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "command": "kubelogin", "args": ["get-token"]}


def test_the_current_context_names_cluster_user_and_namespace(tmp_path: Path) -> None:
    connection = read(kubeconfig(tmp_path, f"{SERVER}/"))
    assert (connection.title, connection.server, connection.namespace) == ("prod", SERVER, "shop")
    assert (connection.user.name, connection.user.token) == ("bot", "t0ken")
    assert connection.origin == str(tmp_path / "kubeconfig")


def test_another_context_is_asked_for_by_name(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, SERVER)
    whole = json.loads(file.read_text())
    whole["clusters"].append({"name": "c2", "cluster": {"server": "https://10.0.0.2"}})
    whole["contexts"].append({"name": "staging", "context": {"cluster": "c2", "user": "bot"}})
    file.write_text(json.dumps(whole))
    connection = read(file, "staging")
    assert (connection.server, connection.namespace) == ("https://10.0.0.2", "default")


def test_files_are_meant_relative_to_the_kubeconfig_and_data_goes_before_them(tmp_path: Path) -> None:
    data = base64.b64encode(b"inline").decode()
    user = {"client-certificate": "pki/bot.crt", "client-key": "/pki/bot.key", "tokenFile": "token"}
    cluster = {"certificate-authority": "pki/ca.crt", "certificate-authority-data": data, "tls-server-name": "kube"}
    connection = read(kubeconfig(tmp_path, SERVER, user, cluster))
    assert connection.authority == b"inline"
    assert connection.user.certificate == tmp_path / "pki" / "bot.crt"
    assert connection.user.key == Path("/pki/bot.key")
    assert connection.user.token_file == tmp_path / "token"
    assert connection.server_name == "kube"


def test_a_plugin_is_read_with_all_it_is_given(tmp_path: Path) -> None:
    plugin = {
        **EXEC,
        "command": "./bin/login",
        "env": [{"name": "AAD", "value": "x"}],
        "installHint": "Install it.",
        "provideClusterInfo": True,
    }
    extra = [{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "a"}}]
    cluster = {"certificate-authority-data": base64.b64encode(b"ca").decode(), "extensions": extra}
    found = read(kubeconfig(tmp_path, SERVER, {"exec": plugin}, cluster)).user.plugin
    assert found is not None
    assert found.command == str(tmp_path / "bin" / "login")
    assert (found.arguments, found.environment, found.hint) == (("get-token",), (("AAD", "x"),), "Install it.")
    ca = base64.b64encode(b"ca").decode()
    assert json.loads(found.cluster) == {
        "server": SERVER,
        "certificate-authority-data": ca,
        "config": {"audience": "a"},
    }


def test_in_whose_name_the_cluster_is_asked(tmp_path: Path) -> None:
    connection = read(kubeconfig(tmp_path, SERVER, {"token": "t", "as": "ana", "as-groups": ["sre"]}))
    assert (connection.impersonate, connection.groups) == ("ana", ("sre",))


def test_a_local_proxy_of_kubectl_needs_no_tls(tmp_path: Path) -> None:
    connection = read(kubeconfig(tmp_path, "http://127.0.0.1:8001", cluster={"insecure-skip-tls-verify": True}))
    assert connection.server == "http://127.0.0.1:8001"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"server": "10.0.0.1"}, "`clusters.c1.server` is not an address such as https://"),
    ({"server": "https://[::1"}, "`clusters.c1.server` is not an address"),
    ({"server": "http://10.0.0.1"}, "`clusters.c1.server` would send credentials in the clear"),
    ({"server": "https://a:b3@10.0.0.1"}, "`clusters.c1.server` has more in it than an address"),
    ({"cluster": {"insecure-skip-tls-verify": True}}, "`clusters.c1.insecure-skip-tls-verify` is not accepted"),
    ({"cluster": {"insecure-skip-tls-verify": "yes"}}, "insecure-skip-tls-verify` is neither true nor false"),
    ({"cluster": {"certificate-authority-data": "%%"}}, "`clusters.c1.certificate-authority-data` is not base64"),
    ({"cluster": {"proxy-url": "socks5://10.0.0.9"}}, "`clusters.c1.proxy-url` is not an http:// or https://"),
    (
        {"cluster": {"proxy-url": "http://p:3128", "tls-server-name": "k"}},
        "`clusters.c1.tls-server-name` is not offered together with `proxy-url`",
    ),
    ({"user": {"token": 12345}}, "`users.bot.token` is not text: put it in quotes"),
    ({"user": {"token": "a\nb"}}, "`users.bot.token` holds characters that no header can carry"),
    ({"user": {"client-key-data": "eA=="}}, "`users.bot.client-certificate` and `client-key` are given together"),
    ({"user": {"auth-provider": {"name": "azure"}}}, "`users.bot.auth-provider` is not offered; Kubernetes itself"),
    ({"user": {"as-uid": "1"}}, "`users.bot.as-uid` is not offered"),
    ({"user": {"as-groups": "sre"}}, "`users.bot.as-groups` is not a list of texts"),
    ({"user": "bot"}, "`users[0].user` is not a mapping"),
    ({"user": {"exec": {"command": "x"}}}, "`users.bot.exec.apiVersion` is missing"),
    (
        {"user": {"exec": EXEC | {"apiVersion": "client.authentication.k8s.io/v1alpha1"}}},
        "`users.bot.exec.apiVersion` is client.authentication.k8s.io/v1alpha1; offered:",
    ),
    ({"user": {"exec": EXEC | {"interactiveMode": "Always"}}}, "wants a person at a terminal"),
    ({"user": {"exec": EXEC | {"env": [{"value": "x"}]}}}, "`users.bot.exec.env[0].name` is missing"),
    ({"context": {"cluster": "c3"}}, "it has no cluster `c3`; those it has: c1"),
    ({"context": {"user": "zz"}}, "it has no user `zz`; those it has: bot"),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_what_cannot_be_used_is_named_with_its_file_and_field(
    tmp_path: Path, given: dict[str, Any], words: str
) -> None:
    file = kubeconfig(tmp_path, **{"server": SERVER, **given})
    with pytest.raises(Permanent) as wrong:
        read(file)
    assert str(wrong.value).startswith(f"{file}: ")
    assert words in str(wrong.value)
    assert wrong.value.code == "Kubeconfig"
    assert "b3" not in str(wrong.value)


def test_a_context_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="it has no context `prd`; perhaps `prod` is meant"):
        read(kubeconfig(tmp_path, SERVER), "prd")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("clusters: [}", r"it is not YAML \(line 1\)"),
        ("token: hunter2\ntoken: hunter3\n", "it is not YAML"),
        ("- a", "`the whole` is not a mapping"),
        ("", "`the whole` is not a mapping"),
        ("kind: Config", "it has no `current-context`"),
        ("current-context: a\ncontexts: {}", "`contexts` is not a list"),
    ],
)
def test_what_is_no_kubeconfig_is_said_without_quoting_it(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(Permanent, match=words) as wrong:
        read(file)
    assert "hunter" not in str(wrong.value)
    assert wrong.value.__cause__ is None


def test_a_file_that_is_not_there_and_one_that_is_no_text_are_said(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"absent: it cannot be read \(no such file or directory\)"):
        read(tmp_path / "absent")
    file = tmp_path / "binary"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Permanent, match="it is not YAML"):
        read(file)


def test_a_kubeconfig_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, SERVER)
    assert read(file).user.token == "t0ken"
    kubeconfig(tmp_path, SERVER, {"token": "newer"})
    os.utime(file, ns=(1, 1))
    assert read(file).user.token == "newer"


def test_no_secret_is_shown_where_a_connection_is_printed(tmp_path: Path) -> None:
    user = {"token": "s3cret", "username": "ana", "password": "s3cret", "exec": EXEC | {"args": ["s3cret"]}}
    cluster = {"proxy-url": "http://u:s3cret@proxy:3128"}
    assert "s3cret" not in repr(read(kubeconfig(tmp_path, SERVER, user, cluster)))
