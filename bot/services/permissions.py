"""Who may do what, by the grants of the catalog. Denials name their rule and who may, and are in the audit log."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.action import Refused
from bot.catalog import Catalog
from bot.command import Caller
from bot.domain import permission
from bot.domain.facts.answer import Refusal
from bot.domain.facts.person import Person
from bot.domain.permission import EVERYBODY, EVERYTHING, GROUP, Allowed, Denied, Right
from bot.services.requests import Asked
from bot.store import audit, people
from bot.store.audit import Deed
from bot.store.db import Database, Tx


class Forbidden(Refused):
    """A person may not do this; `may` are some who may."""

    def __init__(self, denied: Denied, may: tuple[Person, ...]) -> None:
        super().__init__(denied.words, denied.rule)
        self.may = may

    @property
    def refusal(self) -> Refusal:
        """The same as views word it."""
        return Refusal(str(self), self.rule, self.may)


@dataclass(frozen=True, slots=True)
class Holders:
    """Who may do something: `people` are those the chat knows, no guests; `called` are all, as the grants name them."""

    people: tuple[Person, ...]
    called: tuple[str, ...]


class PermissionService:
    """Decides by the grants in force. `catalog` gives the catalog in force."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog]) -> None:
        self._database = database
        self._catalog = catalog

    async def decide(
        self, tx: Tx, asked: Asked, right: Right, service: str, environment: str, verb: str = ""
    ) -> Allowed | Denied:
        """May who asks do this to `service` in `environment`? `verb` says what, where that should be more exact."""
        person = await self._person(tx, asked.user, asked.handle)
        return permission.decide(person, right, service, environment, self._catalog().policy, verb)

    async def require(
        self, tx: Tx, asked: Asked, right: Right, service: str, environment: str, verb: str = ""
    ) -> Allowed:
        """As `decide`. Raises `Forbidden`; what the transaction did so far is to be given up then."""
        answer = await self.decide(tx, asked, right, service, environment, verb)
        if isinstance(answer, Denied):
            raise Forbidden(answer, await self._may(tx, answer.who))
        return answer

    @asynccontextmanager
    async def audited(self, asked: Asked, what: str, subject: str) -> AsyncIterator[None]:
        """Whatever is refused inside the block is written to the audit log, in a transaction of its own."""
        try:
            yield
        except Refused as refused:
            outcome = "denied" if isinstance(refused, Forbidden) else "refused"
            deed = Deed(asked.user, what, subject, outcome, {"rule": refused.rule, "words": str(refused)})
            async with self._database.write() as tx:
                await people.seen(tx, asked.user, asked.handle)
                await audit.append(tx, deed)
            raise

    async def gate(self, caller: Caller, right: Right, what: str) -> Refusal | None:
        """Whether somebody may use a command at all, on any service; what it is used on is asked for later.

        None where they may; otherwise the refusal, which is in the audit log already.
        """
        asked = Asked("", caller.id, caller.handle)
        try:
            async with self.audited(asked, f"use {what}", ""), self._database.read() as tx:
                await self._anywhere(tx, asked, right, what)
        except Forbidden as forbidden:
            return forbidden.refusal
        return None

    async def _anywhere(self, tx: Tx, asked: Asked, right: Right, what: str) -> None:
        person = await self._person(tx, asked.user, asked.handle)
        policy = self._catalog().policy
        places = [(each.name, each.environment) for each in self._catalog().services.values()]
        answers = [permission.decide(person, right, *place, policy) for place in places or [(EVERYTHING, EVERYTHING)]]
        denied = [answer for answer in answers if isinstance(answer, Denied)]
        if len(denied) < len(answers):
            return
        who = tuple(dict.fromkeys(name for each in denied for name in each.who))
        _, _, why = denied[0].words.partition("Nothing was changed. ")
        words = f"You may not use {what}. Nothing was changed. {why}"
        raise Forbidden(Denied(denied[0].rule, words, who), await self._may(tx, who))

    async def holders(self, tx: Tx, right: Right, service: str, environment: str) -> Holders:
        """Everybody who may do this to `service` in `environment`."""
        names = permission.holders(right, service, environment, self._catalog().policy)
        groups = {name.removeprefix(GROUP) for name in names if name.startswith(GROUP)}
        single = [name for name in names if not name.startswith(GROUP) and name != EVERYBODY]
        met = await people.with_handles(tx, {self._catalog().slack_of(name).removeprefix("@") for name in single})
        ids = dict.fromkeys([*(each.id for each in met.values()), *await people.members_of(tx, groups)])
        named = await people.named(tx, ids)
        found = [named[user] for user in ids if user and not await people.is_guest(tx, user)]
        called = [person.name for person in await self._may(tx, names)]
        return Holders(tuple(found), tuple([*called, EVERYBODY] if EVERYBODY in names else called))

    async def _person(self, tx: Tx, user: str, handle: str) -> permission.Person:
        """Somebody with every name that a grant may call them by."""
        names = await self.names(tx, user, handle)
        groups = {f"{GROUP}{group}" for group in await people.groups_of(tx, user)}
        return permission.Person(names | groups, await people.is_guest(tx, user))

    async def names(self, tx: Tx, user: str, handle: str = "") -> frozenset[str]:
        """Every name by which the catalog may call somebody: id, handle, key of people.yaml."""
        names = {user, handle, *await people.with_handles(tx, {user})} - {""}
        keys = {each.key for each in self._catalog().people.values() if each.slack.removeprefix("@") in names}
        return frozenset(names | keys)

    async def _may(self, tx: Tx, who: Sequence[str]) -> tuple[Person, ...]:
        """Those whom grants name, as people read them."""
        known = self._catalog().people
        handles = {name: self._catalog().slack_of(name).removeprefix("@") for name in who}
        met = await people.with_handles(tx, set(handles.values()))
        return tuple(
            met.get(handle) or Person(known[name].name if name in known else name.removeprefix(GROUP))
            for name, handle in handles.items()
            if name != EVERYBODY
        )
