"""Secrets taken out of text that others wrote: logs, errors, descriptions.

It is better to hide too much: what follows a word such as `password` goes, whatever it is. What is unlike any known
secret and stands beside no such word stays, so a text that may hold secrets is still shown to few.
"""

import re

MASK = "…"
_WORDS = (
    r"[\w.-]{0,60}(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|cookie|connection[_-]?string|session[_-]?id"
    r"|(?:api|access|account|auth|client|encryption|master|private|secret|shared|signing)[_-]?(?:access[_-]?)?key)"
)
"""The name of a variable, field, header or flag whose value is a secret: it ends in one of these words."""
_KEY = rf"(?<![\w.-]){_WORDS}"
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

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # a PEM block; one whose end was cut off; one whose beginning was
    (re.compile(r"(-----BEGIN [A-Z0-9 ]+-----)(?:(?!-----).){1,20000}+(?=-----END )", re.DOTALL), rf"\1{MASK}"),
    (re.compile(r"(-----BEGIN [A-Z0-9 ]+-----)(?:(?:\s|\\n)+[\w+/=]{16,})+(?:\s+[\w+/=]+(?=\s*\Z))?"), rf"\1{MASK}"),
    (re.compile(r"^(?:[\w+/=]{16,}(?:\s|\\n)+)+(?:[\w+/=]+(?:\s|\\n)+)?(?=-----END )", re.MULTILINE), MASK),
    # headers
    (re.compile(rf"(?i)(\bauthorization{_QUOTE}\s*[:=]\s*+{_QUOTE}{_SCHEME}\s+)[^\s\"',;\\]+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)(\bauthorization{_QUOTE}\s*[:=]\s*+{_QUOTE})(?!{_SCHEME}\s)[^\r\n\"'\\]+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)(\b(?:set-)?cookie{_QUOTE}\s*:\s*{_QUOTE})[^\r\n\"'\\]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(\bBearer\s+)(?!…)[\w.~+/=-]{6,}"), rf"\1{MASK}"),
    # known by their look
    (re.compile(r"(xox[a-z]-|xapp-)[\w.~+/=-]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]+"), rf"\1{MASK}"),
    (re.compile(rf"(?<![\w-])(?:{'|'.join(_VENDORS)})"), MASK),
    # in addresses
    (re.compile(r"(?<=://)(?:[^/\s\"'<>:]{0,200}:[^/\s\"'<>]{0,200}|[^/\s\"'<>:@]{16,200})(?=@)"), MASK),
    (re.compile(r"(?i)(?<![\w-])((?:sig|signature|x-amz-signature|ticket)=)[^\s&\"'<>]+"), rf"\1{MASK}"),
    # a name with its value, a flag with its value, and a container's environment as YAML or JSON
    (re.compile(rf"(?i)({_KEY}{_QUOTE}[ \t]*(?:=>?|:)[ \t]*)(?!…){_HARMLESS}{_VALUE}"), _NAMED),
    (re.compile(rf"(?i)(--{_WORDS}[ \t]+)(?![…-]){_VALUE}"), _NAMED),
    (
        re.compile(rf"(?i)(\bname{_QUOTE}\s*:\s*{_QUOTE}{_KEY}{_QUOTE}[\s,]*{_QUOTE}value{_QUOTE}\s*:[ \t]*){_VALUE}"),
        _NAMED,
    ),
)


def redacted(text: str) -> str:
    """The text with `…` in the place of what looks like a secret; several lines stay several lines."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
