"""One invented night from which every golden is drawn: release v42 breaks checkout, and is rolled back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.facts.alert import AlertEnd, AlertFacts, IncidentLink, Member, Paging, Priority, Silence
from bot.domain.facts.incident import (
    Clocks,
    DeclareFacts,
    Draft,
    IncidentFacts,
    IncidentState,
    Precedent,
    RunBrief,
    Severity,
    SeverityChoice,
    SimilarFacts,
    Trouble,
)
from bot.domain.facts.links import Link, Room, Thing
from bot.domain.facts.page import PageFacts, PageState
from bot.domain.facts.person import Holder, Person
from bot.domain.facts.reading import Change, Reading, RunbookOffer, Unit
from bot.domain.run import RunState
from bot.domain.slo import BudgetLine, State

MIN = timedelta(minutes=1)
ANA, BEN, CHLOE = Person("Ana Ruiz", "U02ANA"), Person("Ben Okafor", "U02BEN"), Person("Chloe Lind", "U02CHLOE")


def at(hour: int, minute: int, second: int = 0, day: int = 21) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


ROOM = Room("C02INC42", "inc-42-checkout", "https://example.slack.com/archives/C02INC42")
CARD = "https://example.slack.com/archives/C02INC42/p1795226460000100"
DASHBOARD = Link("Dashboard", "https://grafana.example.com/d/checkout")
QUERY = Link("Query", 'https://prom.example.com/graph?g0.expr=rate(errors{job="checkout"}[5m])')
BUDGET = BudgetLine(
    slo="checkout-availability",
    title="Checkout availability",
    state=State.AT_RISK,
    gone_by=at(3, 52),
    left=0.787,
    left_minutes=34.0,
    minutes=43.2,
    burn=310.0,
    as_of=at(2, 4),
)
CALM = replace(BUDGET, state=State.OK, gone_by=None, left=0.702, left_minutes=30.3, burn=0.0)
GONE = replace(
    BUDGET, title="Search latency", state=State.EXHAUSTED, gone_by=None, left=-0.072, minutes=432.0, burn=1.4
)
V42 = Change("release v42", at(1, 56), at(2, 0), ("INC-31", "INC-17"))
ROLLBACK = RunbookOffer("rollback", "Roll back to v41", "checkout-api", "v42 → v41", "fixed 2 of 2 like it")
ERRORS = Reading("checkout errors", 0.31, Unit.RATIO, normal=0.001, threshold=0.01)

FIRING = AlertFacts(
    id="A-1187",
    version=3,
    title="31 % of checkouts failing",
    priority=Priority.CRITICAL,
    service="checkout-api",
    environment="prod",
    since=at(2, 2),
    as_of=at(2, 4, 10),
    impact="About 190 orders a minute are lost",
    reading=ERRORS,
    firing=12,
    links=(DASHBOARD, QUERY),
    budget=BUDGET,
    change=V42,
    runbook=ROLLBACK,
    runbooks=3,
    paging=Paging(ANA, at(2, 2), BEN, at(2, 7)),
)
HELD = replace(FIRING, version=4, holder=Holder(ANA, at(2, 5)), as_of=at(2, 5, 20))
ATTACHED = replace(HELD, version=5, incident=IncidentLink("INC-42", ROOM), as_of=at(2, 8))
OUTLASTED = replace(ATTACHED, version=6, incident=IncidentLink("INC-42", ROOM, over=True), as_of=at(2, 30))
SILENCED = replace(
    FIRING,
    id="A-1190",
    version=5,
    title="disk of search-3 82 % full",
    priority=Priority.LOW,
    service="search",
    budget=None,
    runbook=None,
    runbooks=2,
    firing=1,
    silence=Silence(BEN, at(2, 10), at(6, 10), "clean-up job runs at 05:30"),
    as_of=at(2, 31),
)
ENDED = replace(
    ATTACHED,
    version=9,
    end=AlertEnd(at(2, 16), "rolled back to v41", 4.3),
    budget=CALM,
    firing=0,
    resolved=12,
    as_of=at(2, 16, 5),
)
STORM = replace(
    FIRING,
    id="A-1201",
    version=6,
    title="orders database does not answer",
    service="orders-db",
    impact="",
    reading=None,
    change=None,
    runbook=None,
    runbooks=0,
    firing=49,
    resolved=3,
    members=(Member("OrdersDbDown", 30), Member("SlowQueries", 12, 3), Member("PoolEmpty", 5), Member("NoBackup", 2)),
    by_priority={Priority.CRITICAL: 30, Priority.HIGH: 17, Priority.LOW: 2},
    budget=GONE,
    episode=2,
)

SEV1, SEV2 = Severity("SEV1", 1), Severity("SEV2", 2)
CHOICES = (
    SeverityChoice(SEV1, "Complete outage, data loss or corruption, security breach", True, "5 min"),
    SeverityChoice(SEV2, "Major feature unavailable or significant degradation", True, "15 min"),
    SeverityChoice(Severity("SEV3", 3), "Minor feature, performance", False, "1 h"),
    SeverityChoice(Severity("SEV4", 4), "Cosmetic, minor bugs", False, "next business day"),
)
OPEN = IncidentFacts(
    id="INC-42",
    version=4,
    title="checkout failing for 1 in 3 buyers",
    severity=SEV1,
    state=IncidentState.INVESTIGATING,
    declared_at=at(2, 7),
    declared_by=ANA,
    clocks=Clocks(began=at(2, 0), detected=at(2, 2), acknowledged=at(2, 5)),
    as_of=at(2, 12, 5),
    state_since=at(2, 7),
    services=("checkout-api", "payments"),
    commander=ANA,
    alert="A-1187",
    impact="31 % of checkouts fail; nobody is charged twice",
    budget=replace(BUDGET, left=0.743, left_minutes=32.1),
    budget_spent=1.9,
    room=ROOM,
    runbook=ROLLBACK,
    links=(DASHBOARD, Link("Runbooks", "https://wiki.example.com/checkout")),
    url=CARD,
)
BEGUN = replace(OPEN, budget_spent=0.02)
NEW = replace(
    OPEN,
    version=1,
    state=IncidentState.DETECTED,
    commander=None,
    room=None,
    setting_up=True,
    budget=None,
    budget_spent=None,
    impact="",
    paging=BEN,
    as_of=at(2, 7, 2),
    links=(),
)
HALF_DONE = replace(
    OPEN,
    version=5,
    troubles=(
        Trouble("announce", "Announcement not posted", "Slack did not answer for 10 s"),
        Trouble("invite", "Ben Okafor not invited", "the account is deactivated"),
    ),
)
ROLLING = replace(
    OPEN, version=6, run=RunBrief(Thing("R-17", CARD), "rollback to v41", RunState.RUNNING), as_of=at(2, 13, 40)
)
DECIDING = replace(
    ROLLING,
    run=RunBrief(Thing("R-17", CARD), "rollback to v41", RunState.WAITING, ("Dev Patel",), at(2, 26)),
)
HELPED = replace(
    ROLLING,
    version=8,
    run=RunBrief(Thing("R-17", CARD), "rollback to v41", RunState.BETTER),
    budget=CALM,
    as_of=at(2, 24),
)
MITIGATED = replace(
    HELPED,
    version=9,
    state=IncidentState.MITIGATED,
    clocks=replace(OPEN.clocks, mitigated=at(2, 24)),
    fix="rolled back to v41",
)
RESOLVED = replace(
    MITIGATED,
    version=12,
    state=IncidentState.RESOLVED,
    clocks=replace(MITIGATED.clocks, resolved=at(2, 40)),
    budget_spent=4.3,
    resolved_by=ANA,
    as_of=at(2, 40, 2),
)
DRAFTED = replace(
    RESOLVED, version=13, state=IncidentState.POSTMORTEM, draft=Draft(f"{CARD}/draft", at(2, 40, day=22), ANA)
)
CLOSED = replace(DRAFTED, version=14, state=IncidentState.CLOSED)
FALSE_ALARM = replace(RESOLVED, version=6, state=IncidentState.FALSE_ALARM, fix="", run=None)
MERGED = replace(RESOLVED, version=6, state=IncidentState.MERGED, merged_into="INC-41")
SLOW = replace(
    OPEN,
    id="INC-41",
    version=7,
    title="payments are slow",
    severity=SEV2,
    declared_at=at(1, 58),
    commander=CHLOE,
    room=Room("C02INC41", "inc-41-payments"),
    services=("payments",),
    alert="",
    impact="",
    budget=None,
    budget_spent=None,
    runbook=None,
    as_of=at(2, 7),
)
DECLARE = DeclareFacts(
    severities=CHOICES,
    services=("storefront", "search", "checkout-api", "payments", "orders-db"),
    title="31 % of checkouts failing",
    severity=SEV1,
    chosen=("checkout-api",),
    commander=ANA,
    paged=(ANA,),
    alert="A-1187",
    key='{"alert": "A-1187:3"}',
)
SIMILAR = SimilarFacts(
    incident=SLOW,
    same=("service payments", "release v42", "4 of 6 words"),
    draft='{"title": "checkout failing for 1 in 3 buyers", "severity": 1}',
    people=5,
    alert="A-1187",
    precedents=(
        Precedent("INC-31", "checkout errors after a release", at(9, 0, day=3), "Rolled back", 18 * MIN),
        Precedent("INC-17", "coupon table missing", at(9, 0, day=2), "Rolled back", 25 * MIN),
    ),
)

PAGED = PageFacts(
    id="P-88",
    version=1,
    state=PageState.PAGED,
    to=ANA,
    title="31 % of checkouts failing",
    priority=Priority.CRITICAL,
    service="checkout-api",
    environment="prod",
    since=at(2, 2),
    paged_at=at(2, 2),
    subject=Thing("A-1187", "https://example.slack.com/archives/C02ALERTS/p1795226520000100"),
    as_of=at(2, 2, 5),
    card=Room("C02ALERTS", "alerts"),
    budget=BUDGET,
    change=V42,
    ack_by=at(2, 7),
    then=BEN,
    why="first on call for checkout",
    also=("webhook",),
)

WORSE_PAGE = replace(PAGED, holder=Holder(BEN, at(1, 20)))
BARE = replace(SILENCED, silence=None, paging=None, change=None, reading=None, impact="", runbooks=0, links=())
ONE_RUNBOOK = replace(HELD, change=None, runbooks=1, budget=CALM)
ENDED_ALONE = replace(
    ENDED, holder=None, incident=None, budget=None, end=AlertEnd(at(2, 16)), firing=0, resolved=1, episode=2
)
LATE = replace(OPEN, update_due=at(2, 10), runbook=None)
DRILL = replace(OPEN, drill=True, private=True, runbook=None, budget=None, budget_spent=None)
FAILED_RUN = replace(ROLLING, run=RunBrief(Thing("R-17", CARD), "rollback to v41", RunState.FAILED))
ACKNOWLEDGED_PAGE = replace(
    PAGED, version=2, state=PageState.ACKNOWLEDGED, holder=Holder(ANA, at(2, 5)), as_of=at(2, 5)
)
TAKEN_PAGE = replace(PAGED, version=4, state=PageState.TAKEN, holder=Holder(BEN, at(2, 9)), as_of=at(2, 9))
ENDED_PAGE = replace(PAGED, version=5, state=PageState.ENDED, ended_at=at(2, 16), as_of=at(2, 16))
LONELY_PAGE = replace(PAGED, ack_by=None, then=None, budget=None, change=None, also=(), why="")
