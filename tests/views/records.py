"""The rest of that night: its SLOs, its run, its timeline, and the answers people got."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.facts.answer import Failure, HelpEntry, HelpFacts, HelpGroup, Refusal, SourceSilent, UnknownWord, Usage
from bot.domain.facts.budget import NoticeFacts, PolicyFacts, SpentFacts
from bot.domain.facts.home import HomeFacts
from bot.domain.facts.links import Thing
from bot.domain.facts.person import Duty, Person
from bot.domain.facts.postmortem import ActionItem, DraftFacts, PostmortemFacts, SpentBudget
from bot.domain.facts.postmortem import Question as Asked
from bot.domain.facts.question import Answered, QuestionFacts
from bot.domain.facts.question import Question as Parameter
from bot.domain.facts.reading import Reading, RunbookOffer, RunbookRefusal, Unit
from bot.domain.facts.run import (
    ApprovalFacts,
    Check,
    HistoryFacts,
    HistoryRow,
    PickerFacts,
    PlanFacts,
    RunFacts,
    Step,
    StepState,
    Undo,
)
from bot.domain.facts.slo import SloFacts, SloPicture, SloShowFacts, SloStatusFacts, Spender
from bot.domain.facts.slo_detail import ExplainFacts, Question, SimulationFacts
from bot.domain.facts.slo_digest import DigestFacts, Moved, NoisyAlert, Week
from bot.domain.facts.slo_report import CompareFacts, IncidentLine, ReportFacts, SettledSla
from bot.domain.facts.timeline import Correction, Moment, Phase, Show, TimelineFacts
from bot.domain.run import RunState
from bot.domain.sla import Chain, PenaltyBand, Promise, Settlement, Side, Sla, Supplier
from bot.domain.slo import (
    ALERTS,
    Counts,
    DataCover,
    Indicator,
    RatioMetric,
    RollingWindow,
    Slo,
    SloStatus,
    State,
)
from bot.domain.slo.attainment import Attainment, WorstDay
from bot.domain.slo.baseline import Forecast, Measure, Outlook, Unusual
from bot.domain.slo.burn import DEFAULT_GUARD
from bot.domain.slo.policy import Answer, BudgetState, Freeze
from bot.domain.slo.policy import Verdict as PolicyVerdict
from bot.domain.slo.simulation import Outage, Outcome, simulate
from bot.domain.slo.stretch import Stretch
from bot.domain.verdict import Rule, judge
from tests.views.story import ANA, BEN, BUDGET, CARD, DASHBOARD, DRAFTED, MIN, OPEN, PAGED, RESOLVED, SLOW, V42, at

DAYS30 = timedelta(days=30)
METRIC = RatioMetric(total="requests", good="requests_good")
COMPLETE = DataCover(DAYS30, timedelta(0), True, at(2, 50) - DAYS30, at(2, 50))
TOTAL = 10_000_000.0


def slo(
    name: str,
    title: str,
    state: State,
    left: float | None,
    *,
    target: float = 0.99,
    promise: str = "good",
    burns: Mapping[str, float] | None = None,
    data: DataCover = COMPLETE,
    reason: str = "",
    since: datetime | None = None,
    next_try: datetime | None = None,
    generated: float = 0.0,
) -> SloFacts:
    """One SLO with that share of its budget left, burning that fast over each window."""
    defined = Slo(
        name, title, "checkout-api", Indicator(name, "prometheus", "prometheus", METRIC), target, RollingWindow(DAYS30)
    )
    counts = None if left is None else Counts(TOTAL - (1 - left) * defined.budget * TOTAL, TOTAL)
    rates = {window: Counts(100_000 * (1 - rate * defined.budget), 100_000) for window, rate in (burns or {}).items()}
    known = data if counts is not None else DataCover()
    status = SloStatus(defined, at(2, 50), state, counts, rates, data=known, reason=reason)
    return SloFacts(status, promise, since, next_try, "Prometheus", generated)


CHECKOUT = slo(
    "checkout-availability",
    "Checkout availability",
    State.OK,
    0.702,
    target=0.999,
    promise="of requests answer without 5xx",
    burns={"5m": 0.0, "1h": 72.0, "6h": 12.1, "1d": 3.0},
)
SEARCH = slo(
    "search-latency",
    "Search latency",
    State.EXHAUSTED,
    -0.072,
    promise="under 500 ms",
    burns={"5m": 1.4, "1h": 1.1},
    since=at(14, 20, day=18),
)
PAYMENTS = slo("payment-errors", "Payment errors", State.AT_RISK, 0.41, burns={"5m": 6.3, "1h": 9.0})
LOGIN = slo("login", "Login", State.AT_RISK, 0.18, target=0.9995, promise="available", burns={"5m": 2.1, "1h": 2.1})
FRESHNESS = slo(
    "warehouse-freshness",
    "Warehouse freshness",
    State.NO_DATA,
    None,
    reason="The query returns nothing.",
    since=at(23, 10, day=20),
)
ORDERS = slo(
    "orders-db-uptime",
    "Orders database",
    State.STALE,
    0.96,
    data=DataCover(DAYS30, 19 * MIN, False, at(2, 31) - DAYS30, at(2, 31)),
    reason="Azure Monitor has not answered since.",
    next_try=at(2, 52),
)
BROKEN = slo("sitemap", "Sitemap", State.ERROR, None, reason="No bucket le=2.5 exists; there are 1, 2 and 5.")
YOUNG = slo("coupons", "Coupons", State.OK, 0.64, data=DataCover(timedelta(hours=2), timedelta(0), False))
CART = slo("cart", "Cart", State.OK, 0.881, burns={"5m": 0.8, "1h": 0.8})

SPENT = NoticeFacts(
    "N-3",
    at(2, 50),
    (SpentFacts("payment-errors", "Payment errors", 0.75, 0.241, 432.0, 6.3, at(14, 5)),),
)
SPENT_MANY = NoticeFacts(
    "N-4", at(2, 50), tuple(SpentFacts(f"api-{n}", f"API {n}", 0.5, 0.3 + n / 100, 43.2, 0.0) for n in range(13))
)

FREEZE = Freeze(2, "checkout-api", "U02ANA", "the sale is on", at(2, 50), at(18, 0))
OPEN_FREEZE = replace(FREEZE, until=None)
FROZEN = PolicyFacts(
    "N-5",
    "Checkout",
    BudgetState.FROZEN,
    BudgetState.OK,
    Answer.REFUSED,
    at(2, 50),
    by=ANA,
    reason="the sale is on",
    until=at(18, 0),
)
EXHAUSTED = PolicyFacts(
    "N-6",
    "Search",
    BudgetState.EXHAUSTED,
    BudgetState.LOW,
    Answer.NEEDS_APPROVAL,
    at(2, 50),
    "Search latency",
    -0.072,
    432.0,
)
LOW = replace(EXHAUSTED, state=BudgetState.LOW, before=BudgetState.OK, left=0.18)
RECOVERED = replace(LOW, state=BudgetState.OK, before=BudgetState.LOW, answer=Answer.ALLOWED, left=0.34)

STATUS = SloStatusFacts((CART, CHECKOUT, ORDERS, LOGIN, SEARCH, FRESHNESS, YOUNG, BROKEN, PAYMENTS), at(2, 50))
FEW = SloStatusFacts((CART, CHECKOUT), at(12, 10))
QUIET = SloStatusFacts(
    (CART, CHECKOUT, *(slo(f"web-{n}", f"Web {n}", State.OK, 0.88 + n / 100) for n in range(12))), at(12, 10)
)
DEMO = SloStatusFacts((replace(CHECKOUT, generated=0.97),), at(12, 10), scope="checkout-api")
MANY = SloStatusFacts(
    tuple(slo(f"api-{n}", f"API {n}", State.AT_RISK, 0.05 + n / 100, burns={"5m": 3.0}) for n in range(14)), at(2, 50)
)
CROWD = SloStatusFacts(
    (
        *(slo(f"api-{n}", f"API {n}", State.AT_RISK, 0.05 + n / 1000, burns={"5m": 3.0}) for n in range(130)),
        *(slo(f"web-{n}", f"Web {n}", State.OK, 0.5 + n / 1000) for n in range(170)),
    ),
    at(2, 50),
)
SHOW = SloShowFacts(
    CHECKOUT,
    at(2, 50),
    (Spender(4.3, "INC-42, release v42", at(2, 0)), Spender(2.6, "INC-31, release v37", at(9, 0, day=3))),
    6.0,
)

_MERCHANTS = Sla("merchants", "Merchants", Side.CLIENT, "Merchant agreement")
_MEASURED = (CHECKOUT.status.slo.name,)
PROMISES = (
    (_MERCHANTS, Promise("availability", 0.9995, slos=_MEASURED)),
    (replace(_MERCHANTS, title="Terms of service"), Promise("availability", 0.98, slos=_MEASURED)),
)

PICTURE = SloPicture(
    "F02BURN1",
    "Error budget of Checkout availability over 30 d: 70 % is left. It fell to 94 % by 3 Nov and to 70 % by 21 Nov. "
    "Marked: INC-31 (3 Nov) and INC-42 (21 Nov).",
)
QUESTIONS = (
    Question("good", 'sum(increase(http_requests_total{job="checkout",code="200"}[30d]))'),
    Question("total", 'sum(increase(http_requests_total{job="checkout"}[30d]))'),
)
EXPLAIN = ExplainFacts(CHECKOUT, at(2, 50), DAYS30, QUESTIONS)
EXPLAIN_BURNING = ExplainFacts(
    replace(PAYMENTS, status=replace(PAYMENTS.status, alerts=(ALERTS[1],), data=DataCover(timedelta(days=12)))),
    at(2, 50),
    DAYS30,
    QUESTIONS,
)
EXPLAIN_BROKEN = ExplainFacts(BROKEN, at(2, 50), DAYS30)
TWENTY = Outage(20 * MIN)


def simulated(slo: SloFacts, outage: Outage, per_minute: float) -> Outcome:
    counts = slo.status.counts or Counts(0, 0)
    return simulate(slo.status.slo, counts, Counts(0, 0), slo.status.burns, outage, per_minute, DEFAULT_GUARD)


SIMULATION = SimulationFacts(CHECKOUT, at(2, 50), TWENTY, DAYS30, simulated(CHECKOUT, TWENTY, TOTAL / 43_200))
SIMULATION_BUSY = SimulationFacts(
    CART,
    at(2, 50),
    Outage(60 * MIN, 0.5),
    DAYS30,
    simulated(CART, Outage(60 * MIN, 0.5), TOTAL / 43_200),
    simulated(CART, Outage(60 * MIN, 0.5), 40 * TOTAL / 43_200),
)
SIMULATION_UNKNOWN = SimulationFacts(FRESHNESS, at(2, 50), TWENTY, DAYS30)

UNUSUAL = Outlook(
    5,
    (Unusual(Measure.ERRORS, 0.021, 0.0008), Unusual(Measure.TRAFFIC, 1240, 18_300)),
    Forecast(at(2, 50, day=28), 0.52, 0.39, 0.58),
)
GOING = Outlook(3, forecast=Forecast(at(0, 0, day=30), -0.04, -0.31, 0.02))
OCTOBER = Stretch(at(0, 0, day=1) - timedelta(days=31), at(0, 0, day=1), "October 2026", "2026-10", at(0, 0, day=1))
NOVEMBER = Stretch(at(0, 0, day=1), at(2, 50), "November 2026", "2026-11", at(0, 0, day=30) + timedelta(days=1))


def attained(of: SloFacts, share: float | None, over: Stretch = OCTOBER, covered: float = 1.0) -> Attainment:
    """So much of the stretch's budget spent; None where nothing is known."""
    length = over.end - over.start
    if share is None:
        return Attainment(of.status.slo, length, problem="Prometheus does not answer.")
    counts = Counts(TOTAL * (1 - share * of.status.slo.budget), TOTAL)
    worst = (WorstDay(over.start.date() + timedelta(days=11), 0.6 * share), WorstDay(over.start.date(), 0.1 * share))
    return Attainment(of.status.slo, length, counts, length * covered, worst if share > 0.2 else ())


REPORT = ReportFacts(
    OCTOBER,
    at(2, 50),
    (
        attained(CHECKOUT, 1.8),
        attained(SEARCH, 1.07, covered=0.8),
        attained(PAYMENTS, 0.59),
        attained(CART, 0.0),
        attained(FRESHNESS, None),
    ),
    (
        IncidentLine("INC-31", "checkout slow after v37", "SEV2", ("checkout-api",), at(9, 0, day=3), 52 * MIN),
        IncidentLine("INC-40", "search down", "SEV1", ("search",), at(9, 0, day=4)),
    ),
    (
        SettledSla(
            Sla(
                "acme",
                "Acme Ltd",
                Side.CLIENT,
                "Agreement with Acme",
                promises={"availability": Promise("availability", 0.99)},
                chain=Chain((Supplier("front", 0.9995), Supplier("data", 0.9985))),
            ),
            (
                Settlement(Promise("availability", 0.99), 0.9982, 0.0082, True),
                Settlement(Promise("latency", 0.95), 0.941, -0.009, False, PenaltyBand(0.95, 0.1)),
                Settlement(Promise("errors", 0.99), None, None, None),
            ),
        ),
    ),
)
REPORT_KEPT = ReportFacts(
    NOVEMBER, at(2, 50), (attained(CART, 0.4, NOVEMBER), attained(LOGIN, 0.1, NOVEMBER)), scope="cart"
)
REPORT_EMPTY = ReportFacts(OCTOBER, at(2, 50), ())
COMPARISON = CompareFacts(attained(CHECKOUT, 1.8), attained(CART, 0.05), OCTOBER, OCTOBER, at(2, 50))
COMPARISON_TIMES = CompareFacts(
    attained(CHECKOUT, 0.3, NOVEMBER), attained(CHECKOUT, 1.8), NOVEMBER, OCTOBER, at(2, 50)
)
COMPARISON_UNKNOWN = CompareFacts(attained(CHECKOUT, 1.8), attained(FRESHNESS, None), OCTOBER, OCTOBER, at(2, 50))

WEEK = Stretch(at(0, 0, day=9), at(0, 0, day=16), "week 46 of 2026", "2026-w46", at(0, 0, day=16))
DIGEST = DigestFacts(
    WEEK,
    at(9, 0, day=16),
    Week(2, 40 * MIN, 9, 3 * MIN, 2),
    Week(4, 71 * MIN, 14, 5 * MIN, 6),
    slos=9,
    gone=1,
    worst=(SEARCH, PAYMENTS, FRESHNESS, ORDERS, BROKEN),
    moved=(Moved("Search latency", 0.41, 0.12), Moved("Login", 0.08, None)),
    noisy=(
        NoisyAlert("Disk of search-3 over 80 %", "search", 31, 0, timedelta(hours=2)),
        NoisyAlert("Login p99", "login", 12, 2, 3 * MIN),
    ),
    scope="payments",
    time_zone="Europe/Berlin",
)
DIGEST_QUIET = DigestFacts(WEEK, at(9, 0, day=16), Week(), Week(1, 5 * MIN), slos=9)

CHECK = Check("checkout errors", timedelta(minutes=10), timedelta(minutes=10), 200)
UNDO = Undo("Undo: back to v42…", "v41", "v42", at(3, 14))
RUNNING = RunFacts(
    id="R-17",
    version=6,
    action="rollback",
    service="checkout-api",
    environment="prod",
    before="v42",
    after="v41",
    state=RunState.RUNNING,
    asked_by=ANA,
    as_of=at(2, 13, 40),
    done=4,
    total=6,
    one="pod",
    many="pods",
    steps=(
        Step("Plan still fits, target locked", StepState.DONE, ended=at(2, 12, 33)),
        Step("Replace pods", StepState.RUNNING, "4 of 6 run v41", at(2, 12, 35), usually=2 * MIN),
        Step("pods healthy for 1 min", StepState.WAITING),
        Step("compare errors for 10 min and report", StepState.WAITING),
    ),
    now=Reading("checkout errors", 0.18, Unit.RATIO),
    start=Reading("checkout errors", 0.31, Unit.RATIO),
    started_at=at(2, 12, 33),
    check=CHECK,
    undo=UNDO,
    incident="INC-42",
    incident_version=6,
    mitigable=True,
    reason="31 % of checkouts fail since v42",
)
WAITING = replace(
    RUNNING,
    version=3,
    state=RunState.CONFIRMED,
    done=0,
    steps=(),
    now=None,
    problem="Chloe Lind is restarting `checkout-api` (R-16), about 20 s left.",
    as_of=at(2, 12, 20),
)
VERIFYING = replace(
    RUNNING,
    version=8,
    state=RunState.VERIFYING,
    done=6,
    steps=(Step("Replace pods", StepState.DONE, "6 of 6 run v41", ended=at(2, 14, 25)),),
    now=Reading("checkout errors", 0.002, Unit.RATIO),
    applied_at=at(2, 14, 25),
    as_of=at(2, 15),
)
RULE = Rule(min_events=200)
BETTER = replace(
    VERIFYING,
    version=9,
    state=RunState.BETTER,
    verdict=judge(Counts(4237, 6140), Counts(6008, 6020), RULE),
    ended_at=at(2, 24, 25),
    as_of=at(2, 24, 30),
)
DEV = Person("Dev Patel", "U02DEV")
WANTED = ApprovalFacts(
    asked_at=at(2, 11),
    until=at(2, 26),
    why="two-person rule of runbook rollback in prod",
    digest="9c41f0aa12be",
    hits="All 6 pods, 2 at a time, about 2 min. No schema change.",
    asked=(DEV,),
    called=("payments-leads",),
)
ASKED_YES = WANTED
ASKED = replace(
    RUNNING,
    version=2,
    state=RunState.WAITING,
    done=0,
    total=0,
    steps=(),
    now=None,
    started_at=None,
    approval=WANTED,
    as_of=at(2, 11, 5),
)
ASKED_GROUP = replace(WANTED, asked=(), called=("sre", "Eva"))
ASKED_RESTART = replace(ASKED, action="restart", incident="", reason="", undo=None, approval=ASKED_GROUP)
APPROVED_YES = replace(WANTED, decided_by=DEV, decided_at=at(2, 12, 31))
APPROVED = replace(ASKED, version=3, state=RunState.CONFIRMED, approval=APPROVED_YES, as_of=at(2, 12, 32))
APPROVED_BETTER = replace(BETTER, approval=APPROVED_YES)
REFUSED_RUN_YES = replace(
    WANTED,
    decided_by=DEV,
    decided_at=at(2, 13),
    words="v41 cannot read the coupons written since 01:56. Turn off the flag instead.",
)
REFUSED_RUN = replace(ASKED, version=3, state=RunState.REFUSED, approval=REFUSED_RUN_YES, as_of=at(2, 13, 1))
EXPIRED_RUN_YES = WANTED
EXPIRED_RUN = replace(ASKED, version=3, state=RunState.EXPIRED, as_of=at(2, 26, 1))
OVERTAKEN_YES = replace(APPROVED_YES, anew="R-18", anew_change="v43 → v41")
OVERTAKEN = replace(
    APPROVED,
    version=4,
    state=RunState.VOID,
    problem="checkout-api is now on v43, not v42. Nothing was changed.",
    approval=OVERTAKEN_YES,
    as_of=at(2, 13, 10),
)
LOST_RIGHT = replace(
    OVERTAKEN,
    problem="Dev Patel may no longer approve rollback on `checkout-api` in prod. Nothing was changed.",
    approval=APPROVED_YES,
)
WITHDRAWN_REQUEST = replace(ASKED, version=3, state=RunState.WITHDRAWN)
SAME = replace(
    BETTER,
    id="R-21",
    action="restart",
    service="search",
    before="4 of 4 pods healthy",
    after="all started anew",
    state=RunState.SAME,
    verdict=judge(Counts(40_790, 41_200), Counts(40_500, 40_900), RULE),
    undo=None,
    other=RunbookOffer("scale", "Scale to 6", "search", "4 → 6", "CPU is at 91 % of the limit on all pods"),
    incident="",
    reason="",
)
WORSE = replace(
    BETTER,
    id="R-22",
    action="scale",
    before="6",
    after="3",
    state=RunState.WORSE,
    verdict=judge(Counts(13_610, 13_900), Counts(12_775, 14_100), RULE),
    undo=Undo("Undo: back to 6…", "3", "6"),
    reason="",
)
TOO_FEW = replace(BETTER, state=RunState.NOT_ENOUGH_DATA, verdict=judge(Counts(4237, 6140), Counts(12, 12), RULE))
UNDONE = replace(BETTER, version=10, undone_by="R-18")
UNDOING = replace(RUNNING, id="R-18", before="v41", after="v42", undoes="R-17", done=1, undo=None)
UNMEASURED = replace(BETTER, state=RunState.DONE, verdict=None, incident="")
UNSURE = replace(
    RUNNING,
    version=7,
    state=RunState.UNSURE,
    sent_at=at(2, 13, 5),
    problem="The cluster has not answered for 60 s.",
    look="kubectl -n shop get deploy checkout-api -o wide",
    as_of=at(2, 14, 5),
)
FAILED = replace(
    RUNNING,
    version=8,
    state=RunState.FAILED,
    problem="The 5th pod did not become healthy within 60 s: 4 pods serve v41, 2 serve v42.",
)
ABORTED = replace(FAILED, state=RunState.ABORTED, problem="Ana Ruiz stopped it: 4 pods serve v41, 2 serve v42.")
VOID = replace(RUNNING, state=RunState.VOID, problem="The plan no longer fits: `checkout-api` is now on v43, not v42.")
WITHDRAWN = replace(VOID, state=RunState.WITHDRAWN, problem="")

PICKER = PickerFacts(
    offers=(
        RunbookOffer(
            "rollback",
            "Roll back checkout-api",
            "checkout-api",
            "v42 → v41",
            "Release 4 min before the errors. Fixed 2 of 2",
        ),
        RunbookOffer("restart", "Restart checkout-api", "checkout-api", "", "Fixed 0 of 2 like it."),
        RunbookOffer(
            "scale", "Scale checkout-api", "checkout-api", "now 6, 3 to 20", "CPU is at 41 %: unlikely to help."
        ),
    ),
    refusals=(RunbookRefusal("Fail over orders-db", "needs the role db-admin (Farid Haddad)"),),
    subject="A-1187",
    title="31 % of checkouts failing",
    service="checkout-api",
    environment="prod",
    key='{"alert": "A-1187"}',
)
QUESTIONS = QuestionFacts(
    "Scale",
    "checkout-api",
    "prod",
    (
        Parameter("replicas", "Replicas", Answered.WHOLE, "How many shall run", required=True, least=2, most=20),
        Parameter("share", "Share", Answered.NUMBER, initial="0.5", most=1),
        Parameter("speed", "Speed", Answered.CHOICE, initial="slow", choices=("slow", "fast")),
        Parameter("note", "Note", Answered.TEXT),
    ),
    '{"service": "checkout-api"}',
)
PLAN_OF_A_WORKLOAD = PlanFacts(
    run="R-18",
    digest="5e0c1f9a2b3d",
    action="rollback",
    service="checkout-api",
    environment="prod",
    before="revision 42",
    after="revision 41",
    hits="All 12 pods, 4 at a time, about 45 s",
    made_at=at(2, 20),
    details=(
        ("Runs", "registry.example/checkout:v42 → registry.example/checkout:v41"),
        ("Made", "revision 41, 2026-11-19 16:02 UTC by kubectl-set"),
        ("Who notices", "nobody, if revision 41 starts well"),
        ("What goes away", "what came with revision 42 (“new coupon form”)"),
        ("Undo", "back to revision 42, one click"),
        ("Data", "stored data and its schema stay as they are: they are not rolled back"),
        (
            "Will it last",
            "Argo CD keeps this from Git (application shop): its self-heal will undo the change, or else its next "
            "sync. For it to last, change Git; to gain time, turn automated sync off first.",
        ),
        ("Autoscaler", "HPA checkout, 3 to 20 pods"),
        (
            "Disruption budget",
            "checkout: at least 10 available; 2 may be evicted now",
        ),
    ),
    diff="--- revision 42\n+++ revision 41\n@@ -3,6 +3,6 @@\n spec:\n   containers:\n"
    "-  - image: registry.example/checkout:v42\n+  - image: registry.example/checkout:v41\n     name: checkout",
)
PLAN = PlanFacts(
    run="R-17",
    digest="9c41aa20b7e1",
    action="rollback",
    service="checkout-api",
    environment="prod",
    before="v42",
    after="v41",
    hits="All 6 pods, 2 at a time, about 2 min",
    made_at=at(2, 11, 20),
    details=(
        ("Who notices", "nobody, if v41 starts well"),
        ("What goes away", "what came with v42 (“coupon form”)"),
        ("Undo", "back to v42, one click"),
        ("Data", "stored data and its schema stay as they are: they are not rolled back"),
    ),
    budget=BUDGET,
    check=CHECK,
    reason="31 % of checkouts fail since v42 (A-1187)",
    key="INC-42",
)
PLAN_FROZEN = replace(
    PLAN,
    policy=PolicyVerdict(
        Answer.ALLOWED,
        "releases to checkout-api are frozen until 18:00 UTC by Ana Ruiz: the sale is on; what brings back or keeps up "
        "what runs is allowed all the same",
        "error budget frozen",
    ),
)

MOMENTS = (
    Moment(at(1, 56), "release v42 of checkout-api, deploy pipeline", Phase.START),
    Moment(at(2, 0), "errors rise above 1 %", Phase.START),
    Moment(at(2, 2), "alert A-1187, critical", Phase.START, url=CARD),
    Moment(at(2, 5), "Ana Ruiz acknowledged", Phase.RESPONSE, url=CARD),
    Moment(at(2, 7), "declared SEV1. Commander: Ana Ruiz", Phase.RESPONSE, url=CARD),
    Moment(
        at(2, 10),
        "coupons table is missing",
        Phase.RESPONSE,
        note=True,
        by=BEN,
        url=CARD,
        correction=Correction(at(2, 15), ANA, at(2, 50)),
    ),
    Moment(at(2, 14), "all 6 pods run v41", Phase.RECOVERY),
    Moment(at(2, 24), "verdict: better, 31 % → 0.2 %. Mitigated", Phase.RECOVERY, url=CARD),
    Moment(at(2, 40), "resolved by Ana Ruiz", Phase.RECOVERY, url=CARD),
)
TIMELINE = TimelineFacts(
    "INC-42", OPEN.title, MOMENTS, at(2, 52), key_count=9, all_count=61, note_count=1, page=1, pages=1
)
SECOND_PAGE = replace(TIMELINE, show=Show.ALL, page=2, pages=3)
NO_NOTES = replace(TIMELINE, show=Show.NOTES, moments=(), note_count=0)
POSTMORTEM = PostmortemFacts(
    incident=replace(DRAFTED, impact="31 % of checkouts failed; nobody was charged twice"),
    moments=MOMENTS,
    spent=(SpentBudget("Checkout availability", 4.3, 43.2, 0.702),),
    changes=(V42,),
    runs=(replace(BETTER, url=CARD),),
    alerts=("A-1187",),
    written_at=at(2, 45),
    items=(ActionItem("Add a coupon test", BEN, at(9, 0, day=27)), ActionItem("Alert on coupon errors")),
    links=(DASHBOARD,),
    responders=(ANA, BEN),
)
DRAFT = DraftFacts(
    "INC-42",
    13,
    61,
    (Asked("Why did v42 pass its tests?", BEN), Asked("Were buyers charged twice?")),
    at(2, 45),
    items=3,
    url="https://example.slack.com/files/U02QD/F02PM/inc-42.md",
    review_by=at(2, 40, day=22),
    publish_by=at(2, 40, day=24),
    reviewer=ANA,
)

HELP = HelpFacts(
    "/incident",
    "/incident open checkout is down",
    (
        HelpGroup(
            "Begin", (HelpEntry("open", "declare one, or a form without words"), HelpEntry("list", "open incidents"))
        ),
        HelpGroup(
            "During, in its channel", (HelpEntry("status", "how it stands"), HelpEntry("note", "add to the record"))
        ),
        HelpGroup("End", (HelpEntry("resolve", "the cause is gone"), HelpEntry("postmortem", "write the draft"))),
    ),
)
OPEN_ENTRY = HelpEntry(
    "open", "Declares an incident.", "open [title] [sev1…sev4]", "/incident open checkout is down sev2"
)
MISTYPED = UnknownWord("/incident", "opne", near=("open",), lines=("/incident open checkout is down sev2",))
TWO_NEAR = UnknownWord("/slo", "stow", near=("show", "status"), lines=("/slo show checkout", "/slo status checkout"))
NO_SLO = UnknownWord("/slo", "chekout", "SLO", ("checkout-availability",), ("/slo show checkout-availability",))
NOTHING_NEAR = UnknownWord("/slo", "zzz")
WRONG_FLAG = Usage(
    "/incident", "There is no severity sev9: SEV1 to SEV4 are known.", "/incident open checkout is down sev2"
)
REFUSAL = Refusal(
    "You may not roll back `checkout-api` in prod. Nothing was changed. Rule prod-rollback: only payments-oncall.",
    "prod-rollback",
    (BEN,),
    "permissions.yaml, line 41",
)
TOO_MANY = Refusal("40 replicas is over the limit of 20. Nothing was changed. Allowed: 3 to 20.", "bounds")
FAILURE = Failure(
    "The announcement in #incidents did not work. Nothing was posted.",
    "everything else on the card.",
    "press Retry; if it fails twice, tell people by hand.",
    "E-5513",
)
SILENT = SourceSilent("Prometheus", at(2, 31), at(2, 50), at(2, 52), "E-5512", "timed out after 10 s, 3 times")
PLAN_APPROVAL = replace(
    PLAN, approvers=("payments-leads", "Eva Novak"), second_yes="two-person rule of runbook rollback in prod"
)
PLAN_REFUSED = replace(
    PLAN,
    policy=PolicyVerdict(Answer.REFUSED, "Ana Ruiz froze releases until 18:00 UTC: the sale", "error budget frozen"),
)

HOME_QUIET = HomeFacts(
    ANA,
    at(12, 10),
    slos=QUIET.slos,
    duties=(Duty("checkout-api", ANA), Duty("search", BEN)),
    last=RESOLVED,
)
HOME_APPROVAL = replace(HOME_QUIET, person=DEV, as_of=at(2, 12), approvals=(ASKED, replace(ASKED_RESTART, id="R-19")))
OPEN_REQUEST = HistoryRow(
    Thing("R-18", CARD), "rollback to v41", "checkout-api", "prod", RunState.WAITING, ANA, at(2, 13)
)
HELPFUL = replace(
    OPEN_REQUEST,
    run=Thing("R-17", CARD),
    state=RunState.BETTER,
    at=at(2, 11),
    approved_by=DEV,
    verdict="checkout errors 31 % → 0.2 %: better",
)
TAKEN_BACK = HistoryRow(
    Thing("R-16"), "restart of search", "search", "dev", RunState.DONE, BEN, at(9, 0, day=20), undone_by="R-17"
)
HISTORY = HistoryFacts((OPEN_REQUEST, HELPFUL, TAKEN_BACK), 19, 2, 8, at(2, 14))
HISTORY_SHORT = replace(HISTORY, rows=(HELPFUL,), total=1, page=1, service="checkout-api")
HOME_UNEASY = replace(HOME_QUIET, slos=STATUS.slos)
HOME_BAD = HomeFacts(
    ANA,
    at(2, 5, 30),
    pages=(PAGED,),
    incidents=(OPEN, replace(SLOW, commander=None, room=None)),
    slos=STATUS.slos,
    duties=(Duty("checkout-api", ANA, at(9, 0, day=23)), Duty("search", None)),
    silent=(SILENT,),
)
