"""The router alone, for what does not need a chat: prefixes, near misses, parsing."""

import pytest

from bot.command import Argument, Caller, Command, Invocation, Reply, Say, SubCommand
from bot.domain.permission import Right
from bot.slack.parsing import Given, Misused, UnknownFlag, nearest, parse
from bot.slack.router import Router
from bot.slack.views import answers

ANA = Caller("U02ANA", "ana")


async def echo(inv: Invocation) -> Reply:
    return Say(answers.done(f"{inv.command} {inv.sub} {dict(inv.args)}"))


STATUS = SubCommand("status", "read", "status checkout", echo, (Argument("service"), Argument("--all")))
OPEN = SubCommand(
    "open", "declare", "open it is down", echo, (Argument("--sev", value="LEVEL"), Argument("title", rest=True)),
    Right.OPEN_INCIDENT, changes=True,
)  # fmt: skip
COMMANDS = (
    Command("incident", "lead incidents", "open it is down", (STATUS, OPEN)),
    Command("slo", "budgets", "status", (STATUS,)),
)


async def said(line: str, prefix: str = "") -> str:
    reply = await Router(COMMANDS, {}, {}, (), prefix).command("k", ANA, "C1", line)
    assert isinstance(reply, Say)
    return f"{reply.message.text} {reply.message.blocks}"


async def test_a_prefixed_command_is_handled_and_explained_with_its_prefix() -> None:
    assert "/incident status" in await said("/qd-incident status", "qd-")
    assert "/qd-incident open it is down" in await said("/qd-incident help", "qd-")


async def test_our_own_words_may_leave_the_prefix_out() -> None:
    assert "/incident status" in await said("/incident status", "qd-")


async def test_an_unknown_command_is_answered_with_the_nearest_one() -> None:
    assert "Did you mean */incident*" in await said("/incidnt status")
    assert "/slo" in await said("/something else")


async def test_words_are_case_insensitive_where_they_are_ours() -> None:
    assert "/incident status" in await said("/Incident STATUS")


async def test_what_changes_something_is_known_before_it_runs() -> None:
    router = Router(COMMANDS, {}, {}, ())
    assert router.changes("/incident open it")
    assert not router.changes("/incident status")
    assert not router.changes("/nothing at all")
    assert router.overview("/incident open it") == "/incident status checkout"


@pytest.mark.parametrize(
    ("sub", "text", "args"),
    [
        (STATUS, "", {}),
        (STATUS, "checkout --all", {"service": "checkout", "all": ""}),
        (STATUS, "--all checkout", {"service": "checkout", "all": ""}),
        (OPEN, "it is  down", {"title": "it is  down"}),
        (OPEN, "--sev sev1 it -- is --down", {"sev": "sev1", "title": "it -- is --down"}),
        (OPEN, "--sev=sev1", {"sev": "sev1"}),
        (OPEN, "--unknown thing", {"title": "--unknown thing"}),
    ],
)
def test_arguments(sub: SubCommand, text: str, args: dict[str, str]) -> None:
    assert parse(sub, text) == Given(args)


def test_what_does_not_fit_is_said() -> None:
    assert parse(STATUS, "a b") == Misused("status takes no “b”")
    assert parse(STATUS, "--al") == UnknownFlag("--al")
    assert parse(STATUS, "--all=yes") == Misused("--all takes no value")
    assert parse(OPEN, "--sev") == Misused("--sev needs LEVEL")


def test_two_are_named_where_they_are_equally_near_and_none_where_none_is_near() -> None:
    assert nearest("note", ["vote", "list"]) == ("vote",)
    assert set(nearest("bat", ["cat", "hat", "list"])) == {"cat", "hat"}
    assert nearest("zzz", ["cat"]) == ()
