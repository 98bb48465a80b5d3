"""Secrets taken out of text that others wrote: logs, errors, descriptions.

It is better to hide too much: what follows a word such as `password` goes, whatever it is. What is unlike any known
secret and stands beside no such word stays, so a text that may hold secrets is still shown to few.
"""

import re
from typing import NamedTuple

from bot.domain.plaintext import clean, cut, uncoloured

MASK = "…"
_KEY = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|cookie|connection[_-]?string|session[_-]?id"
    r"|(?:api|access|account|auth|client|encryption|master|private|secret|shared|signing)[_-]?(?:access[_-]?)?key)"
)
"""How the name of a variable, field or flag ends whose value is a secret."""
_QUOTE = r"""\\{0,3}+["']?+"""
_VALUE = r"""(?:(?P<q>\\+"|"|')(?:(?!(?P=q))(?:\\.|[^\n]))*|[^\s,;&"'}\]]+)"""
"""A quoted value up to its closing quote or the end of the line, or a word."""
_HARMLESS = r"""(?!(?:null|none|nil|true|false|undefined|<none>)(?=[\s,;&"'}\]\\]|$)|<set to the key)"""
"""What says that there is no value, or where it comes from, as kubectl's `<set to the key …>`."""
_NAMED = rf"\1\g<q>{MASK}"
_SCHEME = "(?:basic|bearer|token)"
_VENDORS = (
    r"gh[pousr]_\w{20,}",
    r"github_pat_\w{20,}",
    r"glpat-[\w-]{15,}",
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    r"AIza[\w-]{30,}",
    r"ya29\.[\w.-]{20,}",
    r"[rs]k_(?:live|test)_\w{10,}",
    r"sk-[\w-]{20,}",
    r"npm_\w{30,}",
    r"pypi-[\w-]{20,}",
    r"hv[sb]\.[\w-]{20,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"\w{3}[78]Q~[\w.~-]{30,}",
    r"eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)*",
)
"""Tokens known by their look: GitHub, GitLab, AWS, Google, Stripe, OpenAI, npm, PyPI, Vault, SendGrid, Entra, JWT."""

_NAMES = ("passw", "passphrase", "pwd", "secret", "token", "credential", "cookie", "connection", "session", "key")


class _Rule(NamedTuple):
    """Tried only where one of `needles` is in the text, in lower case: most text holds none, and logs are many."""

    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    shown: str = rf"\1{MASK}"


_RULES = (
    # a PEM block; one whose end was cut off; one whose beginning was
    _Rule(("-----begin",), re.compile(r"(-----BEGIN [A-Z0-9 ]+-----)(?:(?!-----).){1,20000}+(?=-----END )", re.DOTALL)),
    _Rule(
        ("-----begin",),
        re.compile(r"(-----BEGIN [A-Z0-9 ]+-----)(?:(?:\s|\\n)+[\w+/=]{16,})+(?:\s+[\w+/=]+(?=\s*\Z))?"),
    ),
    _Rule(
        ("-----end",),
        re.compile(r"^(?:[\w+/=]{16,}(?:\s|\\n)+)+(?:[\w+/=]+(?:\s|\\n)+)?(?=-----END )", re.MULTILINE),
        MASK,
    ),
    # headers
    _Rule(
        ("authorization",),
        re.compile(rf"(?i)(\bauthorization{_QUOTE}\s*[:=]\s*+{_QUOTE}{_SCHEME}\s+)[^\s\"',;\\]+"),
    ),
    _Rule(
        ("authorization",),
        re.compile(rf"(?i)(\bauthorization{_QUOTE}\s*[:=]\s*+{_QUOTE})(?!{_SCHEME}\s)[^\r\n\"'\\]+"),
    ),
    _Rule(("cookie",), re.compile(rf"(?i)(\b(?:set-)?cookie{_QUOTE}\s*:\s*{_QUOTE})[^\r\n\"'\\]+")),
    _Rule(("bearer",), re.compile(r"(?i)(\bBearer\s+)(?!…)[\w.~+/=-]{6,}")),
    # known by their look
    _Rule(("xox", "xapp-"), re.compile(r"(xox[a-z]-|xapp-)[\w.~+/=-]+")),
    _Rule(("hooks.",), re.compile(r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]+")),
    _Rule(("",), re.compile(rf"(?<![\w-])(?:{'|'.join(_VENDORS)})"), MASK),
    # in addresses
    _Rule(
        ("://",),
        re.compile(r"(?<=://)(?:[^/\s\"'<>:]{0,200}:[^/\s\"'<>]{0,200}|[^/\s\"'<>:@]{16,200})(?=@)"),
        MASK,
    ),
    _Rule(
        ("sig=", "signature=", "ticket="),
        re.compile(r"(?i)(?<![\w-])((?:sig|signature|x-amz-signature|ticket)=)[^\s&\"'<>]+"),
    ),
    # a name with its value, a flag with its value, and a container's environment as YAML or JSON
    _Rule(_NAMES, re.compile(rf"(?i)({_KEY}{_QUOTE}[ \t]*(?:=>?|:)[ \t]*)(?!…){_HARMLESS}{_VALUE}"), _NAMED),
    _Rule(("invalid value",), re.compile(r"(?i)(\binvalid value: \\*\")[^\"\\]*")),  # a field as it was sent
    _Rule(("--",), re.compile(rf"(?i)(--[\w-]{{0,60}}{_KEY}[ \t]+)(?![…-]){_VALUE}"), _NAMED),
    _Rule(
        ("value",),
        re.compile(
            rf"(?i)(\bname{_QUOTE}\s*:\s*{_QUOTE}[\w.-]{{0,60}}{_KEY}{_QUOTE}[\s,]*"
            rf"{_QUOTE}value{_QUOTE}\s*:[ \t]*){_VALUE}"
        ),
        _NAMED,
    ),
)


def redacted(text: str) -> str:
    """The text with `…` in the place of what looks like a secret; several lines stay several lines."""
    lower = text.lower()
    for rule in _RULES:
        if any(needle in lower for needle in rule.needles):
            text = rule.pattern.sub(rule.shown, text)
    return text


def safe_line(text: str, most: int) -> str:
    """The text as one clean line of at most `most` UTF-16 units, without colours and without secrets."""
    return cut(clean(redacted(uncoloured(text))), most)
