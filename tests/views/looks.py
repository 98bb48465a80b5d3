"""What the views of looks are drawn from."""

from dataclasses import replace

from bot.domain.facts.look import LookFacts
from tests.views.story import at

CHOICES = (
    ("status", "Status: how far it is, and what holds it up"),
    ("logs", "Logs of the failing container"),
    ("describe", "Describe: containers, conditions, events"),
    ("top", "Top: CPU and memory of each pod"),
)
CRASHING = LookFacts(
    service="checkout-api",
    environment="prod",
    look="status",
    choices=CHOICES,
    read_at=at(2, 5, 12),
    title="2 of 3 pods are ready",
    facts=(
        ("1 pod", "Container checkout keeps crashing (exit code 1), 5 restarts. In checkout-7d9f5c-x2x4q"),
        ("Rollout", "2 of 3 pods are as they shall be"),
        ("Runs", "revision 43, registry.example/checkout:v42, 9 min ago, release 42"),
    ),
)
LOG = replace(
    CRASHING,
    look="logs",
    title="log of container checkout in pod checkout-7d9f5c-x2x4q",
    facts=CRASHING.facts[:1],
    text=(
        "02:04:58 starting\n"
        "02:04:59 connecting to postgres://…@db.shop/checkout\n"
        "Traceback (most recent call last):\n"
        '  File "/app/coupons.py", line 12, in load\n'
        'psycopg.errors.UndefinedTable: relation "coupons" does not exist'
    ),
    origin="The last 40 lines, of its run before the last restart",
)
LONG_LOG = replace(LOG, text="\n".join(f"02:04:{second:02} {'order taken ' * 12}" for second in range(40)))
SILENT = replace(LOG, text="", title="log of container checkout in pod checkout-7d9f5c-x2x4q")
ONE_LOOK = replace(CRASHING, choices=CHOICES[:1])
FORBIDDEN = replace(
    LOG,
    title="",
    facts=(),
    text="",
    origin="",
    problem="The cluster prod does not let quarterdeck get pods/log in namespace shop. "
    "It lacks the verb get on pods/log: see docs/kubernetes.md",
)
