"""One typed line, read as the declaration of an incident: severity and services are recognised among its words."""

import re
from collections.abc import Collection

from bot.domain.incident import Declaration
from bot.domain.plaintext import clean, cut

TITLE_MOST = 80
_WORD = re.compile(r"[\w.-]+")


def understand(line: str, severities: Collection[str], services: Collection[str], default: str) -> Declaration:
    """`checkout is down sev2` → title "checkout is down", SEV2, service checkout.

    A severity counts as such at the beginning or the end of the line, in whatever case. A title longer than 80
    characters is cut there and kept whole as the impact, so that nothing typed is lost.
    """
    words = clean(line).split()
    named = {name.casefold(): name for name in severities}
    severity = default
    for place in (-1, 0):
        if len(words) > 1 and words[place].casefold().strip(":,") in named:
            severity = named[words.pop(place).casefold().strip(":,")]
            break
    title = " ".join(words)
    spoken = {word.casefold() for word in _WORD.findall(title)}
    found = tuple(name for name in services if name.casefold() in spoken)
    impact = title if len(title) > TITLE_MOST else ""
    return Declaration(cut(title, TITLE_MOST), severity, found, impact=impact)


def from_json(record: dict[str, object]) -> Declaration:
    """A declaration that travelled through a form. Raises ValueError where it is none."""
    title, severity = record.get("title"), record.get("severity")
    services, group = record.get("services"), record.get("group")
    if not isinstance(title, str) or not isinstance(severity, str) or not isinstance(services, list):
        raise ValueError("not a declaration")
    commander, impact = record.get("commander"), record.get("impact")
    return Declaration(
        title=title,
        severity=severity,
        services=tuple(str(name) for name in services),
        commander=commander if isinstance(commander, str) else None,
        impact=impact if isinstance(impact, str) else "",
        drill=record.get("drill") is True,
        group=group if isinstance(group, int) else None,
    )


def to_json(wanted: Declaration) -> dict[str, object]:
    """What `from_json` reads back."""
    return {
        "title": wanted.title,
        "severity": wanted.severity,
        "services": list(wanted.services),
        "commander": wanted.commander,
        "impact": wanted.impact,
        "drill": wanted.drill,
        "group": wanted.group,
    }
