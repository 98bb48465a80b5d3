"""What a runbook must be told before it can be planned, and the answers as its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.action import Value
from bot.catalog.model import Param, Runbook, Service
from bot.domain.facts.question import Answered, Question, QuestionFacts
from bot.domain.run_record import Wish
from bot.services.runs.bench import Bench

_HOW = {"integer": Answered.WHOLE, "number": Answered.NUMBER, "string": Answered.TEXT}
_YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Answers:
    """The wish with its parameters, or what is wrong, by the place of the question."""

    wish: Wish
    wrong: Mapping[int, str]


class Questions:
    """Reads the catalog only; nothing is contacted. All raise `Refused` where it has no such service or runbook."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def of(self, wish: Wish, key: str = "") -> QuestionFacts | None:
        """None where everything that has to be known is known."""
        service = self._bench.service(wish.service)
        runbook = self._bench.runbook(wish.service, wish.runbook)
        if not asks(runbook, wish):
            return None
        questions = tuple(_question(name, param, runbook, service) for name, param in runbook.params.items())
        return QuestionFacts(runbook.title, service.name, service.environment, questions, key)

    def answered(self, wish: Wish, given: Mapping[int, str]) -> Answers:
        """The answers by the place of their question, as they were typed, or as the place of what was chosen.

        Empty ones are left to the runbook's defaults.
        """
        runbook = self._bench.runbook(wish.service, wish.runbook)
        params: dict[str, Value] = {}
        wrong: dict[int, str] = {}
        for place, (name, param) in enumerate(runbook.params.items()):
            text = given.get(place, "").strip()
            if not text:
                if param.required and param.default is None:
                    wrong[place] = "This has to be known first."
                continue
            try:
                params[name] = _typed(param, text)
            except ValueError:
                wrong[place] = f"“{text[:40]}” is no number."
            except IndexError:
                wrong[place] = "Pick one of these."
        return Answers(replace(wish, params=params), wrong)


def asks(runbook: Runbook, wish: Wish | None = None) -> bool:
    """Whether something has to be known that nobody said, and that has no default."""
    given = wish.params if wish else {}
    return any(
        param.required and param.default is None and given.get(name) is None for name, param in runbook.params.items()
    )


def _question(name: str, param: Param, runbook: Runbook, service: Service) -> Question:
    bounds = service.bounds if runbook.action == "scale" and name == "replicas" else None
    least = [each for each in (param.least, bounds.least if bounds else None) if each is not None]
    most = [each for each in (param.most, bounds.most if bounds else None) if each is not None]
    choices = _choices(param)
    return Question(
        name=name,
        label=param.label or name,
        how=Answered.CHOICE if choices else _HOW[param.type],
        help=param.help,
        required=param.required and param.default is None,
        initial=_initial(param),
        least=max(least, default=None),
        most=min(most, default=None),
        choices=choices,
    )


def _initial(param: Param) -> str:
    if isinstance(param.default, bool):
        return _YES_NO[0] if param.default else _YES_NO[1]
    return "" if param.default is None else str(param.default)


def _choices(param: Param) -> tuple[str, ...]:
    return _YES_NO if param.type == "boolean" else param.choices


def _typed(param: Param, text: str) -> Value:
    """Raises ValueError where it is no number, IndexError where there is no such choice."""
    choices = _choices(param)
    if choices:
        chosen = choices[int(text)]
        return chosen == _YES_NO[0] if param.type == "boolean" else chosen
    if param.type == "integer":
        return int(text)
    if param.type == "number":
        return float(text)
    return text
