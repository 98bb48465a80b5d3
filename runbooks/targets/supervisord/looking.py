"""What people can look at of processes under supervisord: how they are, and the log of the one that fails."""

from collections.abc import Sequence
from datetime import datetime

from bot.action import Glance, Replica, Seen
from bot.domain import figures
from bot.domain.redaction import safe_line
from bot.ports import Permanent
from runbooks.targets.looking import LINES, ago, log_text
from runbooks.targets.supervisord.processes import Process
from runbooks.targets.supervisord.rpc import Supervisor

LOOKS: Sequence[Glance] = (
    Glance("status", "Status: each process, since when"),
    Glance("logs", "Logs of the process that fails"),
)
_MOST = 32_000
"""Bytes of the end of a log that are asked for."""
_LONGEST_CHARACTER = 4
"""Bytes in UTF-8."""
_SHOWN = 10
_LONGEST = 160
_BY_HEALTH = ("FATAL", "BACKOFF", "EXITED", "UNKNOWN", "STOPPED", "STOPPING", "STARTING", "RUNNING")
"""Worst first (supervisor.states.ProcessStates)."""


async def look(
    supervisor: Supervisor, name: str, processes: Sequence[Process], replicas: Sequence[Replica], now: datetime
) -> Seen:
    """The look of that name at `processes`, of which `replicas` say more, one each. Raises `ports.OutsideError`."""
    ranked = sorted(zip(processes, replicas, strict=True), key=lambda pair: _rank(pair[1]))
    facts = [_fact(process, replica, now) for process, replica in ranked]
    more = [("And", figures.plural(len(facts) - _SHOWN, "process", "processes"))] if len(facts) > _SHOWN else []
    healthy = sum(replica.healthy for replica in replicas)
    if name == "status":
        return Seen(f"{healthy} of {len(replicas)} processes are healthy", [*facts[:_SHOWN], *more])
    if name != "logs":
        raise Permanent(f"There is no look “{name}”; there are status, logs.", "NO_LOOK")
    if not ranked:
        return Seen("there are no processes, and so no logs")
    worst = ranked[0][0]
    text = await _log(supervisor, worst)
    return Seen(f"log of {worst.name}", facts[:1], text, f"The last {LINES} lines of what it wrote")


def _rank(replica: Replica) -> tuple[bool, int, float]:
    """Those that fail first, by how badly; of equals the one that started last."""
    badness = _BY_HEALTH.index(replica.state) if replica.state in _BY_HEALTH else -1
    return replica.healthy, badness, -(replica.since.timestamp() if replica.since else 0.0)


def _fact(process: Process, replica: Replica, now: datetime) -> tuple[str, str]:
    runs = f"runs {replica.release}" if replica.release else ""
    since = f"started {ago(replica.since, now)}" if replica.since else "never started"
    if replica.state == "RUNNING":
        problem = "" if replica.healthy else "does not answer"
    else:
        problem = safe_line(process.problem, _LONGEST)
    return replica.name, ", ".join(filter(None, [replica.state, problem, since, runs]))


async def _log(supervisor: Supervisor, process: Process) -> str:
    """Both of its streams, the errors last; those that are written into one are one."""
    out = await _tail(supervisor, "tailProcessStdoutLog", process)
    errors = await _tail(supervisor, "tailProcessStderrLog", process)
    if not (out and errors):
        return log_text(out or errors)
    return "\n".join([log_text(out, LINES // 2), "--- errors (stderr) ---", log_text(errors, LINES // 2)])


async def _tail(supervisor: Supervisor, method: str, process: Process) -> str:
    """The end of one stream from the beginning of a line; empty where nothing is kept of it.

    supervisord fails (HTTP 500) where the end begins inside a character: then it is asked for a little less.
    """
    for length in range(_MOST, _MOST - _LONGEST_CHARACTER, -1):
        try:
            answer = await supervisor.read(method, process.full_name, 0, length)
        except Permanent as refused:
            if refused.code == "HTTP":
                continue
            raise
        return _text(answer)
    raise Permanent(f"supervisord cannot give the log of {process.name}: it is no text in UTF-8.", "NOT_TEXT")


def _text(answer: object) -> str:
    """Of an answer (text, size of the log, whether it is longer) the text."""
    if not isinstance(answer, list) or len(answer) != 3:
        raise Permanent("supervisord's answer is not the end of a log.", "PROTOCOL")
    text, _, longer = answer
    return (str(text).partition("\n")[2] or str(text)) if longer else str(text)
