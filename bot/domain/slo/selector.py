"""Reading the queries of ratio SLIs: which counters they add up, without any window of their own.

OpenSLO's examples write a counter selector, or a sum of one: `sum(http_requests_total{code=~"2.."})`. People also write
rates over some window. All of these mean "these counters", and are read as such, so that one query can serve many SLOs
and every window, and so that the sampler can answer them too. Anything else must say where the window goes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

PLACEHOLDERS = ("{{.window}}", "{{ .window }}", "{{window}}", "{{ window }}", "$window", "[window]")
"""Ways to write "the window goes here" in an expression; `[window]` brings its own brackets."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<word>[a-zA-Z_:][a-zA-Z0-9_:]*)
      | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
      | (?P<range>\[[^\]]*\])
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<op>=~|!~|!=|=|[(){},+-])
    )""",
    re.VERBOSE,
)
_FOREIGN_REGEX = re.compile(r"\[\[:|\\[pPzQECxA]|\(\?[^:)i]")
"""RE2 spellings that Python reads otherwise or not at all."""
_RATE, _INCREASE = re.compile(r"\brate\s*\("), re.compile(r"\bincrease\s*\(")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}


class QueryError(ValueError):
    """The query cannot be read as an SLI; the message says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label, with PromQL's meaning: an absent label is the empty string."""

    label: str
    op: str
    value: str

    def accepts(self, value: str) -> bool:
        if self.op in ("=", "!="):
            return (_same(self.label, self.value, value)) == (self.op == "=")
        return _matches(self.value, value) == (self.op == "=~")

    @property
    def local(self) -> bool:
        """Whether `accepts` gives Prometheus' own answer: its regular expressions are RE2, ours are Python's."""
        if self.op in ("=", "!="):
            return True
        if _FOREIGN_REGEX.search(self.value):
            return False
        try:
            _compiled(self.value)
        except re.error:
            return False
        return True

    def promql(self) -> str:
        spellings = bucket_spellings(self.value) if self.label == "le" and self.op in ("=", "!=") else ()
        if len(spellings) < 2:
            return f"{self.label}{self.op}{quoted(self.value)}"
        either = "|".join(quote_regex(each) for each in spellings)
        return f"{self.label}{'=~' if self.op == '=' else '!~'}{quoted(either)}"


@dataclass(frozen=True, slots=True)
class Selector:
    """The series of one metric that match all conditions. Hashed once, for answers are looked up by it all the time."""

    name: str
    matchers: tuple[Matcher, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.name, self.matchers)))

    def __hash__(self) -> int:
        return self._hash

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """Whether a series of this metric with `labels` is meant."""
        return all(matcher.accepts(labels.get(matcher.label, "")) for matcher in self.matchers)

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(matcher.label for matcher in self.matchers)

    @property
    def local(self) -> bool:
        return all(matcher.local for matcher in self.matchers)

    def promql(self) -> str:
        inner = ",".join(matcher.promql() for matcher in self.matchers)
        return f"{self.name}{{{inner}}}" if inner else self.name


@dataclass(frozen=True, slots=True)
class Sum:
    """Counters added up and taken away: each term is a sign and a selector. `ranged`: written as a rate or increase."""

    terms: tuple[tuple[int, Selector], ...]
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A query with a place for the window, evaluated as it is written, once per window.

    `per_second`: it gives a rate, which counts events only once multiplied by the window's seconds.
    """

    text: str
    per_second: bool = False

    def over(self, window: str) -> str:
        """The query for `window`, such as `5m`."""
        filled = self.text.replace("[window]", f"[{window}]")
        for placeholder in PLACEHOLDERS[:-1]:
            filled = filled.replace(placeholder, window)
        return filled


Query = Sum | Expression


@lru_cache(maxsize=4096)
def parse(text: str) -> Query:
    """What `text` asks for. Raises `QueryError` where it is neither counters nor an expression with a window."""
    try:
        return _Reader(_tokens(text)).whole()
    except QueryError:
        if any(placeholder in text for placeholder in PLACEHOLDERS):
            return Expression(text.strip(), _RATE.search(text) is not None and not _INCREASE.search(text))
        raise


def disagreement(part: Query, total: Query) -> str:
    """Why the two queries of a ratio cannot be divided as they are written; empty where they can."""
    rates = {each.per_second for each in (part, total) if isinstance(each, Expression)}
    if len(rates) < 2:
        return ""
    return "one query gives a rate and the other a count; write both with rate() or both with increase()"


def quoted(value: str) -> str:
    """`value` as a PromQL string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def quote_regex(value: str) -> str:
    """`value` as an RE2 pattern that matches only itself."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", value)


def bucket_spellings(bound: str) -> tuple[str, ...]:
    """The ways exporters write one bucket's boundary: `2` and `2.0` are the same bucket."""
    try:
        number = float(bound)
    except ValueError:
        return (bound,)
    if number in (float("inf"), float("-inf")) or number != number:
        return (bound,)
    spellings = {bound, repr(number), f"{number:g}"}
    return tuple(sorted(spellings))


def missing_bucket(selector: Selector, boundaries: Iterable[str]) -> str:
    """What to say where `selector` asks for a latency bucket that is not among `boundaries`; empty where it is.

    Counted as zero good, a threshold that is no boundary would look like a total outage.
    """
    wanted = next((each.value for each in selector.matchers if each.label == "le" and each.op == "="), None)
    known = sorted(set(boundaries) - {""}, key=float)
    if wanted is None or not known or set(bucket_spellings(wanted)) & set(known):
        return ""
    return f'{selector.name} has no bucket le="{wanted}". Its boundaries are {", ".join(known)}: choose one of them.'


def _same(label: str, wanted: str, value: str) -> bool:
    return value in bucket_spellings(wanted) if label == "le" else value == wanted


@lru_cache(maxsize=65_536)
def _matches(pattern: str, value: str) -> bool:
    """Labels have few values, and each is met once per series and window."""
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position, text = [], 0, text.strip()
    if not text:
        raise QueryError("the query is empty")
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise QueryError(_unreadable(text))
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return tokens


def _unreadable(text: str) -> str:
    return (
        f'“{text[:80]}” is not a counter selector or a sum of such. Write sum(metric{{label="value"}}) '
        "without “by”, or an expression with {{.window}} where the window goes"
    )


class _Reader:
    """Recursive descent over the tokens of one query."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._text = "".join(text for _, text in tokens)

    def whole(self) -> Sum:
        total, _ = self._addition()
        if self._at != len(self._tokens):
            raise QueryError(_unreadable(self._text))
        return total

    def _addition(self) -> tuple[Sum, bool]:
        """Terms joined by + and -, and whether the result is one number rather than a set of series."""
        first, summed = self._term()
        parts = [first]
        while self._peek() in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            term, term_summed = self._term()
            if not (summed and term_summed):
                raise QueryError(_unreadable(self._text))
            parts.append(Sum(tuple((sign * each, selector) for each, selector in term.terms), term.ranged))
        if len({part.ranged for part in parts}) > 1:
            raise QueryError(_unreadable(self._text))
        return Sum(tuple(term for part in parts for term in part.terms), parts[0].ranged), summed

    def _term(self) -> tuple[Sum, bool]:
        if self._peek() == "(":
            self._take()
            inner, summed = self._addition()
            self._expect(")")
        elif self._peek() == "sum" and self._peek(1) == "(":
            self._take(2)
            inner, _ = self._addition()
            summed = True
            self._expect(")")
        else:
            inner, summed = self._counter(), False
        self._or_zero()
        return inner, summed

    def _counter(self) -> Sum:
        """A selector, bare, with a range, or in rate() or increase()."""
        if self._peek() in ("rate", "increase") and self._peek(1) == "(":
            self._take(2)
            selector = self._selector()
            self._range()
            self._expect(")")
            return Sum(((1, selector),), ranged=True)
        selector = self._selector()
        if self._kind() != "range":
            return Sum(((1, selector),))
        self._range()
        return Sum(((1, selector),), ranged=True)

    def _or_zero(self) -> None:
        """`or vector(0)` says what is true of every counter here: no series means nothing was counted."""
        if [self._peek(step) for step in range(5)] == ["or", "vector", "(", "0", ")"]:
            self._take(5)

    def _selector(self) -> Selector:
        name = self._take() if self._kind() == "word" else ""
        matchers: list[Matcher] = []
        if self._peek() == "{":
            self._take()
            while self._peek() != "}":
                matchers.append(self._matcher())
                if self._peek() == ",":
                    self._take()
                elif self._peek() != "}":
                    raise QueryError(_unreadable(self._text))
            self._take()
        named = [each.value for each in matchers if each.label == "__name__" and each.op == "="]
        name = name or (named[0] if len(named) == 1 else "")
        if not name or self._peek() == "(":
            raise QueryError(_unreadable(self._text))
        return Selector(name, tuple(each for each in matchers if each.label != "__name__"))

    def _matcher(self) -> Matcher:
        label, op = self._take(), self._take()
        if op not in ("=", "!=", "=~", "!~") or self._kind() != "text":
            raise QueryError(_unreadable(self._text))
        return Matcher(label, op, _unquoted(self._take()))

    def _range(self) -> None:
        if self._kind() != "range":
            raise QueryError(_unreadable(self._text))
        self._take()

    def _peek(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index][1] if index < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self, count: int = 1) -> str:
        if self._at + count > len(self._tokens):
            raise QueryError(_unreadable(self._text))
        self._at += count
        return self._tokens[self._at - 1][1]

    def _expect(self, text: str) -> None:
        if self._take() != text:
            raise QueryError(_unreadable(self._text))


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match.group(1), match.group(0)), text[1:-1])
