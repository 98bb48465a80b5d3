"""Looks at what runs a service: status, logs and the like, read anew each time, for the one who asks.

Nothing of what is seen is kept or logged: it may hold secrets that nobody could tell.
"""

from collections.abc import Sequence

from bot.action import Lookable, Refused, Seen
from bot.domain.facts.look import LookFacts
from bot.domain.permission import Right
from bot.ports import OutsideError
from bot.services.permissions import PermissionService
from bot.services.requests import Asked
from bot.services.runs.bench import Bench
from bot.store.db import Database

_NOTHING = "Nothing was changed."
_VERB = "read the state and the logs of"


class LookService:
    """Whoever answers for a service may look at it; others are refused with the rule."""

    def __init__(self, database: Database, permissions: PermissionService, bench: Bench) -> None:
        self._database = database
        self._permissions = permissions
        self._bench = bench

    def word(self, service: str) -> str:
        """What there is to look at (`pods`, `processes`); empty where the catalog names nothing. Contacts nothing."""
        try:
            return self._target(service).many
        except Refused:
            return ""

    def typed(self, words: Sequence[str], here: str) -> tuple[str, str]:
        """Service and look of a line such as `logs checkout` or `checkout`; `here` is the service meant otherwise.

        Raises `Refused` where more was typed.
        """
        if len(words) > 2:
            raise Refused(f"“{words[2]}” is one word too many. {_NOTHING} Write: look logs checkout.", "parameters")
        service = self._meant(words, here)
        if not service:
            raise Refused(f"Which service? {_NOTHING} Write: look logs checkout.", "parameters")
        return service, next((word for word in words if word != service), "")

    def _meant(self, words: Sequence[str], here: str) -> str:
        """The word that names a service; where none does, the place's, or the last word, which is refused by name."""
        named = [word for word in words if self._is_service(word)]
        if named or not (here and len(words) < 2):
            return (named or words or [""])[-1]
        return here

    async def look(self, asked: Asked, service: str, name: str = "") -> LookFacts:
        """The look of that name, the target's first where none is named.

        What the target does not answer becomes the facts' `problem`. Raises `Refused`: who may not look, an unknown
        service or look, a service without a target that can be looked at.
        """
        known = self._bench.service(service)
        async with self._permissions.audited(asked, f"look at {service}", service), self._database.read() as tx:
            await self._permissions.require(tx, asked, Right.RESPOND, known.name, known.environment, _VERB)
        target = self._target(service)
        chosen = _chosen(target, name)
        now = self._database.clock()
        try:
            seen, problem = await target.look(chosen, now), ""
        except OutsideError as error:
            seen, problem = Seen(""), str(error)
        return LookFacts(
            service=known.name,
            environment=known.environment,
            look=chosen,
            choices=tuple((each.name, each.words) for each in target.looks),
            read_at=now,
            title=seen.title,
            facts=tuple(seen.facts),
            text=seen.text,
            origin=seen.origin,
            problem=problem,
        )

    def _target(self, service: str) -> Lookable:
        target = self._bench.target(self._bench.service(service))
        if not isinstance(target, Lookable):
            raise Refused(f"Targets of kind {target.kind} cannot be looked at. {_NOTHING}", "no looks")
        return target

    def _is_service(self, word: str) -> bool:
        try:
            self._bench.service(word)
        except Refused:
            return False
        return True


def _chosen(target: Lookable, name: str) -> str:
    names = [each.name for each in target.looks]
    if name and name not in names:
        words = f"There is no look “{name}” at {target.many}. {_NOTHING} There are: {', '.join(names)}."
        raise Refused(words, "unknown look")
    return name or names[0]
