"""The one place for the ids that travel to Slack and come back: actions, forms, fields, and what a click carries."""

import re
from dataclasses import dataclass
from enum import StrEnum

_REF = re.compile(r"(?P<id>[^:\s]{1,100})(?::(?P<version>[0-9]{1,9})(?::(?P<extra>.{1,1500}))?)?", re.DOTALL)


class Action(StrEnum):
    """What a button, menu or overflow does. Each carries a `Ref` unless it says otherwise."""

    ALERT_ACK = "alert.ack"
    ALERT_TAKE = "alert.take"
    ALERT_DECLARE = "alert.declare"
    ALERT_RUNBOOK = "alert.runbook"
    """extra: the runbook's name; opens its plan."""
    ALERT_PICK = "alert.pick"
    """Opens the runbook picker."""
    ALERT_MORE = "alert.more"
    """extra: an `AlertMore`."""

    INCIDENT_NEW = "inc.declare.new"
    """Carries nothing; opens the empty declare form."""
    INCIDENT_ANYWAY = "inc.declare.anyway"
    """extra: the draft from `SimilarFacts`; declares although INC-n looks the same."""
    INCIDENT_JOIN = "inc.join"
    """extra: the draft's alert, where one is to be attached."""
    INCIDENT_OPEN = "inc.open"
    """A link to the incident's room; the click needs no answer where the button has an address."""
    INCIDENT_STATUS = "inc.status"
    INCIDENT_MITIGATE = "inc.mitigate"
    INCIDENT_RESOLVE = "inc.resolve"
    INCIDENT_NOTE = "inc.note"
    INCIDENT_RUNBOOK = "inc.runbook"
    """extra: the runbook's name; opens its plan."""
    INCIDENT_PICK = "inc.pick"
    INCIDENT_RETRY = "inc.retry"
    """extra: the step of the set-up to try again."""
    INCIDENT_TIMELINE = "inc.timeline"
    INCIDENT_POSTMORTEM = "inc.postmortem"
    """Writes the draft, or opens it where the button has an address."""
    INCIDENT_MORE = "inc.more"
    """extra: an `IncidentMore`."""

    TIMELINE_SHOW = "tl.show"
    """extra: a `Show` (which moments); in the timeline form."""
    TIMELINE_PAGE = "tl.page"
    """extra: `<show>/<page>`; in the timeline form."""
    TIMELINE_PAGE_BACK = "tl.page.back"
    """extra: `<show>/<page>`; in the timeline form."""

    SLO_STATUS = "slo.status"
    """Carries nothing."""
    SLO_REFRESH = "slo.refresh"
    """extra: the words of what is looked at, as they are typed; so for the other lists of SLOs."""
    SLO_ALL = "slo.all"
    """Lists the healthy ones too."""
    SLO_PAGE = "slo.page"
    SLO_PAGE_BACK = "slo.page.back"
    SLO_SHOW = "slo.show"
    """id: the SLO's name."""
    SLO_PICK = "slo.pick"
    """A menu; each option's id is an SLO's name."""
    SLO_SHARE = "slo.share"
    """Shows the status to the channel."""
    SLO_SHARE_ONE = "slo.share.one"
    """id: the SLO's name; shows it to the channel."""
    SLO_EXPLAIN = "slo.explain"
    """id: the SLO's name."""
    SLO_WHAT_IF = "slo.whatif"
    """id: the SLO's name; opens the form that asks for an outage."""
    SLO_REPORT = "slo.report"
    """id: the stretch of time; extra: the words the SLOs are narrowed down by."""
    SLO_REPORT_TURN = "slo.report.turn"
    """As `SLO_REPORT`; the report that was clicked in becomes this one."""
    SLO_REPORT_POST = "slo.report.post"
    """As `SLO_REPORT`; posts it to the channel."""

    RUN_NEW = "run.new"
    """id: the service; extra: the runbook's name; opens its plan."""
    RUN_ABORT = "run.abort"
    RUN_UNDO = "run.undo"
    """Opens the plan of the undo."""
    RUN_UNDO_NOW = "run.undo.now"
    """Confirmed in its own dialog, which shows from → to: starts the undo."""
    RUN_LOOK = "run.look"
    RUN_AGAIN = "run.again"
    """Opens a new plan of the same action on the same target."""
    RUN_PICK = "run.pick"
    """Opens the picker for the run's target."""
    RUN_APPROVE = "run.approve"
    """extra: the plan's digest. Confirmed in its own dialog: the second yes."""
    RUN_REFUSE = "run.refuse"
    """Opens the form that asks why."""
    RUN_WHOLE = "run.whole"
    """Opens the stored plan."""
    RUN_MORE = "run.more"
    """extra: a `RunMore`."""
    RUN_LOOK_AT = "run.lookat"
    """Opens the stored plan, from the home tab."""
    RUN_HISTORY = "run.history"
    """id: the service, or `all`; version: the page."""
    RUN_HISTORY_BACK = "run.history.back"
    """As `RUN_HISTORY`."""

    LOOK_SHOW = "look.show"
    """A menu; id: the service; extra: the name of the look; in the look's form."""
    LOOK_AGAIN = "look.again"
    """As `LOOK_SHOW`; reads the same anew."""

    PAGE_ACK = "page.ack"
    PAGE_OPEN = "page.open"
    """A link to the card; the click needs no answer."""

    HELP_RUN = "help.run"
    """Carries a whole command line; it is handled as if it had been typed."""
    HELP_SHOW = "help.show"
    """Carries a command with its slash; shows its help."""


class AlertMore(StrEnum):
    """The options behind `⋯` on an alert card."""

    HAND_BACK = "handback"
    RUNBOOKS = "runbooks"
    LOOK = "look"
    INCIDENT = "incident"
    TIMELINE = "timeline"


class IncidentMore(StrEnum):
    """The options behind `⋯` on an incident card."""

    SEVERITY = "severity"
    TIMELINE = "timeline"
    RESOLVE = "resolve"
    POSTMORTEM = "postmortem"
    RUNBOOKS = "runbooks"


class RunMore(StrEnum):
    """The options behind `⋯` on a run that waits for approval."""

    WITHDRAW = "withdraw"
    RULE = "rule"


class Form(StrEnum):
    """The callback id of each modal, and of the home tab."""

    LOADING = "loading"
    NOTICE = "notice"
    ALERT_HAND_BACK = "alert.handback"
    INCIDENT_DECLARE = "inc.declare"
    INCIDENT_SIMILAR = "inc.similar"
    INCIDENT_NOTE = "inc.note"
    INCIDENT_SEVERITY = "inc.severity"
    INCIDENT_MITIGATE = "inc.mitigate"
    INCIDENT_RESOLVE = "inc.resolve"
    RUN_PICK = "run.pick"
    RUN_QUESTIONS = "run.questions"
    RUN_PLAN = "run.plan"
    RUN_APPROVE = "run.approve"
    RUN_REFUSE = "run.refuse"
    SLO_WHAT_IF = "slo.whatif"
    LOOK = "look"
    TIMELINE = "tl.view"
    HOME = "home"


class Field(StrEnum):
    """The inputs of the forms; an input's block id and its action id are the same word, so errors find their field."""

    TITLE = "title"
    SEVERITY = "severity"
    SERVICES = "services"
    COMMANDER = "lead"
    OPTIONS = "options"
    CHOICE = "choice"
    NOTE = "note"
    AT = "at"
    FIX = "fix"
    REASON = "reason"
    RUNBOOK = "runbook"
    OUTAGE = "outage"


PARAM = "param."
"""What the block id of a field begins with that asks for a runbook's own parameter; its place follows."""


class Choice(StrEnum):
    """The values of checkboxes and radio buttons that are not data."""

    PRIVATE = "private"
    DRILL = "drill"
    FALSE_ALARM = "false_alarm"
    JOIN = "join"
    NEW = "new"


class Shortcut(StrEnum):
    """The callback ids of global and message shortcuts."""

    DECLARE = "shortcut.declare"
    DECLARE_FROM_MESSAGE = "shortcut.declare_from_message"
    ADD_TO_TIMELINE = "shortcut.add_to_timeline"


class Event(StrEnum):
    """The metadata event types by which the bot finds its own messages again."""

    ALERT = "quarterdeck_alert"
    ANNOUNCEMENT = "quarterdeck_announcement"
    INCIDENT = "quarterdeck_incident"
    PAGE = "quarterdeck_page"
    POSTMORTEM = "quarterdeck_postmortem"
    RUN = "quarterdeck_run"
    NOTICE = "quarterdeck_notice"


@dataclass(frozen=True, slots=True)
class Ref:
    """What a click carries: an id and the version that was on the screen, never state. `extra` names the choice made.

    Written `A-12:3:rollback`, `A-12:3` or `checkout-availability`; version 0 is "whatever is current".
    """

    id: str
    version: int = 0
    extra: str = ""

    def encode(self) -> str:
        """The value of a button or option. Raises ValueError where it could not be read back."""
        text = self.id if not (self.version or self.extra) else f"{self.id}:{self.version}"
        if self.extra:
            text = f"{text}:{self.extra}"
        if Ref.decode(text) != self:
            raise ValueError(f"cannot be carried by a click: {self!r}")
        return text

    @staticmethod
    def decode(value: str) -> "Ref | None":
        """The reference in a click's value, or None where the value is none of ours."""
        found = _REF.fullmatch(value)
        if found is None:
            return None
        return Ref(found["id"], int(found["version"] or 0), found["extra"] or "")
