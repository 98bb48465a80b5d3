"""Every golden by name: a view and the facts it is drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.facts.alert import AlertListFacts
from bot.domain.facts.incident import DeclareFacts, IncidentListFacts, SeverityFormFacts
from bot.domain.facts.run import PickerFacts
from bot.domain.facts.slo import SloShowFacts, SloStatusFacts
from bot.domain.slo.baseline import Outlook
from bot.slack.views import (
    alert_card,
    alert_ended,
    alerts,
    announcement,
    answers,
    budget_notice,
    budget_policy,
    declare,
    help,
    home,
    incident_card,
    incident_ended,
    incident_forms,
    incidents,
    look,
    page,
    postmortem,
    run,
    run_approval,
    run_history,
    run_questions,
    run_trouble,
    runbooks,
    similar,
    slo_compare,
    slo_digest,
    slo_explain,
    slo_picture,
    slo_report,
    slo_show,
    slo_simulate,
    slo_status,
    stale,
    timeline,
    verdict,
)
from bot.slack.views.blocks import Message, View
from bot.slack.views.slo_look import Look
from tests.views import looks, records, story
from tests.views.story import ANA, MIN, at


@dataclass(frozen=True, slots=True)
class Case:
    """One golden. `live`: it is redrawn as its subject moves. `asks`: it may mention the one person who must act."""

    draw: "partial[Message] | partial[View]"
    live: bool = False
    asks: bool = False


def _live(draw: "partial[Message] | partial[View]") -> Case:
    return Case(draw, live=True)


_ALERTS: Mapping[str, Case] = {
    "alert-firing": _live(partial(alert_card.alert_card, story.FIRING)),
    "alert-acknowledged": _live(partial(alert_card.alert_card, story.HELD)),
    "alert-with-incident": _live(partial(alert_card.alert_card, story.ATTACHED)),
    "alert-after-its-incident": _live(partial(alert_card.alert_card, story.OUTLASTED)),
    "alert-bare": _live(partial(alert_card.alert_card, story.BARE)),
    "alert-with-pods": _live(partial(alert_card.alert_card, replace(story.FIRING, look="pods"))),
    "alert-one-runbook": _live(partial(alert_card.alert_card, story.ONE_RUNBOOK)),
    "alert-storm": _live(partial(alert_card.alert_card, story.STORM)),
    "alert-silenced": _live(partial(alert_card.alert_card, story.SILENCED)),
    "alert-resolved": Case(partial(alert_ended.ended_card, story.ENDED)),
    "alert-resolved-by-itself": Case(partial(alert_ended.ended_card, story.ENDED_ALONE)),
    "alert-hand-back-modal": Case(partial(alerts.hand_back_form, story.HELD)),
    "alert-list": _live(
        partial(
            alerts.alert_list,
            AlertListFacts((story.FIRING, story.HELD, story.SILENCED, story.STORM), at(2, 6), more=31),
        )
    ),
    "alert-list-empty": _live(partial(alerts.alert_list, AlertListFacts((), at(12, 0), last=story.ENDED))),
    "alert-list-never": _live(partial(alerts.alert_list, AlertListFacts((), at(12, 0)))),
}
_INCIDENTS: Mapping[str, Case] = {
    "incident-card": _live(partial(incident_card.incident_card, story.OPEN)),
    "incident-card-just-begun": _live(partial(incident_card.incident_card, story.BEGUN)),
    "incident-card-new": _live(partial(incident_card.incident_card, story.NEW)),
    "incident-card-half-done": _live(partial(incident_card.incident_card, story.HALF_DONE)),
    "incident-card-update-late": _live(partial(incident_card.incident_card, story.LATE)),
    "incident-card-running": _live(partial(incident_card.incident_card, story.ROLLING)),
    "incident-card-deciding": _live(partial(incident_card.incident_card, story.DECIDING)),
    "incident-card-helped": _live(partial(incident_card.incident_card, story.HELPED)),
    "incident-card-run-failed": _live(partial(incident_card.incident_card, story.FAILED_RUN)),
    "incident-card-mitigated": _live(partial(incident_card.incident_card, story.MITIGATED)),
    "incident-card-drill": _live(partial(incident_card.incident_card, story.DRILL)),
    "incident-card-resolved": Case(partial(incident_ended.ended_card, story.RESOLVED)),
    "incident-card-drafted": Case(partial(incident_ended.ended_card, story.DRAFTED)),
    "incident-card-closed": Case(partial(incident_ended.ended_card, story.CLOSED)),
    "incident-card-false-alarm": Case(partial(incident_ended.ended_card, story.FALSE_ALARM)),
    "incident-card-merged": Case(partial(incident_ended.ended_card, story.MERGED)),
    "incident-announcement": _live(partial(announcement.announcement, story.OPEN)),
    "incident-announcement-new": _live(partial(announcement.announcement, story.NEW)),
    "incident-announcement-update-due": _live(partial(announcement.announcement, story.LATE)),
    "incident-announcement-resolved": Case(partial(announcement.announcement, story.RESOLVED)),
    "incident-announcement-false-alarm": Case(partial(announcement.announcement, story.FALSE_ALARM)),
    "incident-announcement-merged": Case(partial(announcement.announcement, story.MERGED)),
    "incident-resolved-notice": Case(partial(announcement.resolved_notice, story.RESOLVED)),
    "incident-declare-modal": Case(partial(declare.declare_form, story.DECLARE)),
    "incident-declare-modal-empty": Case(
        partial(declare.declare_form, DeclareFacts(story.CHOICES, (), offer_private=False, offer_drill=False))
    ),
    "incident-declared": Case(partial(declare.declared, story.NEW)),
    "incident-declared-with-room": Case(partial(declare.declared, story.OPEN)),
    "incident-similar-modal": Case(partial(similar.similar_form, story.SIMILAR)),
    "incident-similar-answer": Case(partial(similar.similar_answer, story.SIMILAR)),
    "incident-list": _live(
        partial(
            incidents.incident_list, IncidentListFacts((story.OPEN, story.SLOW, story.MITIGATED), at(2, 30), more=9)
        )
    ),
    "incident-list-empty": Case(partial(incidents.incident_list, IncidentListFacts((), at(9, 0), last=story.RESOLVED))),
    "incident-list-never": Case(partial(incidents.incident_list, IncidentListFacts((), at(9, 0)))),
    "incident-status": _live(partial(incidents.incident_status, story.HALF_DONE)),
    "incident-status-resolved": Case(partial(incidents.incident_status, story.DRAFTED)),
    "incident-note-modal": Case(partial(incident_forms.note_form, story.OPEN)),
    "incident-note-modal-from-message": Case(
        partial(incident_forms.note_form, story.OPEN, "coupons table is missing", "C02INC42/1795227000.000100")
    ),
    "incident-mitigate-modal": Case(partial(incident_forms.mitigate_form, story.HELPED)),
    "incident-resolve-modal": Case(partial(incident_forms.resolve_form, story.MITIGATED)),
    "incident-severity-modal": Case(
        partial(incident_forms.severity_form, SeverityFormFacts(story.OPEN, story.CHOICES))
    ),
    "incident-timeline-modal": _live(partial(timeline.timeline_form, records.TIMELINE)),
    "incident-timeline-modal-page": _live(partial(timeline.timeline_form, records.SECOND_PAGE)),
    "incident-timeline-modal-empty": _live(partial(timeline.timeline_form, records.NO_NOTES)),
    "incident-timeline": _live(partial(timeline.timeline_message, records.TIMELINE)),
    "postmortem-draft": Case(partial(postmortem.draft_message, records.DRAFT)),
}
_SLOS: Mapping[str, Case] = {
    "budget-frozen": Case(partial(budget_policy.policy_announcement, records.FROZEN)),
    "budget-exhausted": Case(partial(budget_policy.policy_announcement, records.EXHAUSTED)),
    "budget-low": Case(partial(budget_policy.policy_announcement, records.LOW)),
    "budget-ok": Case(partial(budget_policy.policy_announcement, records.RECOVERED)),
    "freeze-done": Case(partial(budget_policy.frozen, records.FREEZE, "Checkout", told="#releases")),
    "freeze-done-untold": Case(partial(budget_policy.frozen, records.OPEN_FREEZE, "Checkout")),
    "freeze-already": Case(partial(budget_policy.frozen_already, records.FREEZE, ANA)),
    "freeze-lifted": Case(partial(budget_policy.thawed, "Checkout", records.FREEZE)),
    "freeze-none": Case(partial(budget_policy.thawed, "Checkout", None)),
    "budget-notice": Case(partial(budget_notice.budget_notice, records.SPENT)),
    "budget-notice-many": Case(partial(budget_notice.budget_notice, records.SPENT_MANY)),
    "slo-status": _live(partial(slo_status.slo_status, records.STATUS)),
    "slo-status-many": _live(partial(slo_status.slo_status, records.MANY)),
    "slo-status-all": _live(partial(slo_status.slo_status, records.STATUS, Look(everything=True))),
    "slo-status-page": _live(partial(slo_status.slo_status, records.CROWD, Look("checkout", page=2))),
    "slo-status-last-page": _live(partial(slo_status.slo_status, records.CROWD, Look(everything=True, page=99))),
    "slo-status-older": _live(partial(slo_status.slo_status, replace(records.STATUS, age=19 * MIN))),
    "slo-status-past": _live(
        partial(slo_status.slo_status, replace(records.STATUS, past=True), Look(at=at(2, 50))),
    ),
    "slo-status-shown": _live(partial(slo_status.slo_status, records.STATUS, shown_by=ANA)),
    "slo-status-quiet": _live(partial(slo_status.slo_status, records.QUIET)),
    "slo-status-few": _live(partial(slo_status.slo_status, records.FEW)),
    "slo-status-demo": _live(partial(slo_status.slo_status, records.DEMO)),
    "slo-status-empty": Case(partial(slo_status.slo_status, SloStatusFacts((), at(9, 0)))),
    "slo-status-none-fits": Case(partial(slo_status.slo_status, SloStatusFacts((), at(9, 0), scope="at-risk"))),
    "slo-show": _live(partial(slo_show.slo_show, records.SHOW)),
    "slo-show-picture": _live(partial(slo_show.slo_show, records.SHOW, picture=records.PICTURE)),
    "slo-picture": _live(partial(slo_picture.slo_picture, records.SHOW, records.PICTURE)),
    "slo-picture-words": _live(partial(slo_picture.slo_picture, records.SHOW, replace(records.PICTURE, file=""))),
    "slo-show-unusual": _live(partial(slo_show.slo_show, replace(records.SHOW, outlook=records.UNUSUAL))),
    "slo-show-forecast": _live(partial(slo_show.slo_show, replace(records.SHOW, outlook=records.GOING))),
    "slo-show-promised": _live(partial(slo_show.slo_show, replace(records.SHOW, promises=records.PROMISES))),
    "slo-show-young": _live(partial(slo_show.slo_show, replace(records.SHOW, outlook=Outlook(1)))),
    "slo-show-at-risk": _live(partial(slo_show.slo_show, SloShowFacts(records.PAYMENTS, at(2, 50)))),
    "slo-show-exhausted": _live(partial(slo_show.slo_show, SloShowFacts(records.SEARCH, at(2, 50)), shown_by=ANA)),
    "slo-show-no-data": _live(partial(slo_show.slo_show, SloShowFacts(records.FRESHNESS, at(2, 50)))),
    "slo-show-stale": _live(partial(slo_show.slo_show, SloShowFacts(records.ORDERS, at(2, 50)))),
    "slo-show-error": _live(partial(slo_show.slo_show, SloShowFacts(records.BROKEN, at(2, 50)))),
    "slo-explain": _live(partial(slo_explain.slo_explain, records.EXPLAIN)),
    "slo-explain-recorded": _live(partial(slo_explain.slo_explain, replace(records.EXPLAIN, recorded=at(0, 0, day=1)))),
    "slo-show-links": _live(partial(slo_show.slo_show, replace(records.SHOW, links=(story.DASHBOARD, story.QUERY)))),
    "slo-explain-burning": _live(partial(slo_explain.slo_explain, records.EXPLAIN_BURNING)),
    "slo-explain-broken": _live(partial(slo_explain.slo_explain, records.EXPLAIN_BROKEN)),
    "slo-simulate": _live(partial(slo_simulate.slo_simulate, records.SIMULATION)),
    "slo-simulate-busy": _live(partial(slo_simulate.slo_simulate, records.SIMULATION_BUSY)),
    "slo-simulate-unknown": _live(partial(slo_simulate.slo_simulate, records.SIMULATION_UNKNOWN)),
    "slo-report": _live(partial(slo_report.slo_report, records.REPORT)),
    "slo-report-posted": _live(partial(slo_report.slo_report, records.REPORT, shown_by=ANA, posted=True)),
    "slo-report-kept": _live(partial(slo_report.slo_report, records.REPORT_KEPT)),
    "slo-report-empty": _live(partial(slo_report.slo_report, records.REPORT_EMPTY)),
    "slo-compare": _live(partial(slo_compare.slo_compare, records.COMPARISON)),
    "slo-compare-times": _live(partial(slo_compare.slo_compare, records.COMPARISON_TIMES)),
    "slo-compare-unknown": _live(partial(slo_compare.slo_compare, records.COMPARISON_UNKNOWN)),
    "slo-digest": _live(partial(slo_digest.slo_digest, records.DIGEST)),
    "slo-digest-quiet": _live(partial(slo_digest.slo_digest, records.DIGEST_QUIET)),
    "slo-what-if-modal": Case(partial(slo_simulate.what_if_form, "checkout-availability", "Checkout availability")),
}
_RUNS: Mapping[str, Case] = {
    "runbook-picker-modal": Case(partial(runbooks.picker_form, records.PICKER)),
    "runbook-picker-modal-empty": Case(
        partial(runbooks.picker_form, PickerFacts((), service="search", environment="prod"))
    ),
    "runbook-list": Case(partial(runbooks.runbook_list, records.PICKER)),
    "runbook-list-empty": Case(partial(runbooks.runbook_list, PickerFacts((), service="search"))),
    "runbook-questions": Case(partial(run_questions.questions_form, records.QUESTIONS)),
    "runbook-plan-workload": Case(partial(runbooks.plan_form, records.PLAN_OF_A_WORKLOAD)),
    "run-progress-workload": _live(
        partial(
            run.run_message,
            replace(records.RUNNING, abort="It is not watched any further: the cluster finishes it by itself."),
        )
    ),
    "runbook-plan-modal": Case(partial(runbooks.plan_form, records.PLAN)),
    "runbook-plan-modal-frozen": Case(partial(runbooks.plan_form, records.PLAN_FROZEN)),
    "runbook-plan-modal-approval": Case(partial(runbooks.plan_form, records.PLAN_APPROVAL)),
    "runbook-plan-modal-refused": Case(partial(runbooks.plan_form, records.PLAN_REFUSED)),
    "runbook-plan-modal-stored": Case(partial(runbooks.stored_plan_form, records.PLAN_APPROVAL, story.CARD)),
    "approval-modal": Case(partial(runbooks.approve_form, records.PLAN_APPROVAL)),
    "approval-refuse-modal": Case(partial(runbooks.refuse_form, "R-17", "roll back checkout-api v42 → v41")),
    "approval-waiting": Case(partial(run_approval.waiting, records.ASKED, records.ASKED_YES), live=True, asks=True),
    "approval-waiting-group": _live(partial(run.run_message, records.ASKED_RESTART)),
    "approval-approved": _live(partial(run_approval.approved, records.APPROVED, records.APPROVED_YES)),
    "approval-refused": Case(partial(run_approval.refused, records.REFUSED_RUN, records.REFUSED_RUN_YES)),
    "approval-expired": Case(partial(run_approval.expired, records.EXPIRED_RUN, records.EXPIRED_RUN_YES)),
    "approval-world-changed": Case(partial(run_approval.overtaken, records.OVERTAKEN, records.OVERTAKEN_YES)),
    "approval-right-lost": Case(partial(run.run_message, records.LOST_RIGHT)),
    "approval-withdrawn": Case(partial(run.run_message, records.WITHDRAWN_REQUEST)),
    "verdict-approved": Case(
        partial(verdict.verdict_message, replace(records.BETTER, approval=records.APPROVED.approval))
    ),
    "run-history": _live(partial(run_history.run_history, records.HISTORY)),
    "run-history-short": _live(partial(run_history.run_history, records.HISTORY_SHORT)),
    "run-history-empty": Case(
        partial(run_history.run_history, replace(records.HISTORY, rows=(), total=0, page=1, service="search"))
    ),
    "run-waiting": _live(partial(run.run_message, records.WAITING)),
    "run-progress": _live(partial(run.run_message, records.RUNNING)),
    "run-undoing": _live(partial(run.run_message, records.UNDOING)),
    "run-verifying": _live(partial(run.run_message, records.VERIFYING)),
    "run-unsure": _live(partial(run_trouble.unsure, records.UNSURE)),
    "run-failed": _live(partial(run_trouble.failed, records.FAILED)),
    "run-aborted": _live(partial(run_trouble.aborted, records.ABORTED)),
    "run-no-longer-fits": Case(partial(run_trouble.never_ran, records.VOID)),
    "run-withdrawn": Case(partial(run_trouble.never_ran, records.WITHDRAWN)),
    "verdict-better": Case(partial(verdict.verdict_message, records.BETTER)),
    "verdict-same": Case(partial(verdict.verdict_message, records.SAME)),
    "verdict-worse": Case(partial(verdict.verdict_message, records.WORSE)),
    "verdict-not-enough-data": Case(partial(verdict.verdict_message, records.TOO_FEW)),
    "verdict-undone": Case(partial(verdict.verdict_message, records.UNDONE)),
    "verdict-none": Case(partial(verdict.verdict_message, records.UNMEASURED)),
    "verdict-worse-notice": Case(partial(verdict.worse_notice, records.WORSE, ANA), asks=True),
    "page-dm": _live(partial(page.page_message, story.PAGED)),
    "page-dm-worse": _live(partial(page.page_message, story.WORSE_PAGE)),
    "page-dm-lonely": _live(partial(page.page_message, story.LONELY_PAGE)),
    "page-dm-acknowledged": Case(partial(page.page_message, story.ACKNOWLEDGED_PAGE)),
    "page-dm-taken": Case(partial(page.page_message, story.TAKEN_PAGE)),
    "page-dm-ended": Case(partial(page.page_message, story.ENDED_PAGE)),
}
_ANSWERS: Mapping[str, Case] = {
    "help": Case(partial(help.command_help, records.HELP)),
    "help-entry": Case(partial(help.entry_help, "/incident", records.OPEN_ENTRY)),
    "help-all": Case(partial(help.all_commands, [records.HELP, records.HELP])),
    "help-did-you-mean": Case(partial(help.did_you_mean, records.MISTYPED)),
    "help-did-you-mean-two": Case(partial(help.did_you_mean, records.TWO_NEAR)),
    "help-did-you-mean-name": Case(partial(help.did_you_mean, records.NO_SLO)),
    "help-nothing-near": Case(partial(help.did_you_mean, records.NOTHING_NEAR)),
    "help-wrong-use": Case(partial(help.wrong_use, records.WRONG_FLAG)),
    "refusal-permission": Case(partial(answers.refused, records.REFUSAL)),
    "refusal-bounds": Case(partial(answers.refused, records.TOO_MANY)),
    "refusal-modal": Case(partial(answers.refused_form, records.REFUSAL)),
    "error-internal": Case(partial(answers.failed, records.FAILURE)),
    "error-modal": Case(partial(answers.failed_form, records.FAILURE)),
    "error-source": _live(partial(answers.source_silent, records.SILENT)),
    "answer-done": Case(partial(answers.done, "Note added to INC-42.")),
    "loading-modal": Case(partial(answers.loading_form, "Declare incident")),
    "notice-modal": Case(partial(answers.notice_form, "Already resolved", "INC-42 is resolved. Nothing was changed.")),
    "stale-button": Case(partial(stale.alert_moved, story.ATTACHED)),
    "stale-button-resolved": Case(partial(stale.alert_moved, story.ENDED)),
    "stale-button-free": Case(partial(stale.alert_moved, story.FIRING)),
    "stale-button-moved": Case(partial(stale.card_moved, story.HELD, "Acknowledge", "Take over")),
    "stale-declared": Case(partial(stale.already_declared, story.OPEN)),
    "stale-incident": Case(partial(stale.incident_moved, story.MITIGATED)),
    "stale-incident-resolved": Case(partial(stale.incident_moved, story.RESOLVED)),
    "stale-run": Case(partial(stale.run_moved, records.UNDONE)),
    "stale-run-decided": Case(partial(stale.run_moved, records.REFUSED_RUN)),
    "stale-run-approved": Case(partial(stale.run_moved, records.APPROVED)),
    "stale-run-expired": Case(partial(stale.run_moved, records.EXPIRED_RUN)),
    "stale-page": Case(partial(stale.page_moved, story.TAKEN_PAGE)),
    "stale-page-ended": Case(partial(stale.page_moved, story.ENDED_PAGE)),
    "unknown-incident": Case(partial(stale.unknown_thing, "INC-43", "incident", "/incident list")),
    "expired-trigger": Case(partial(stale.expired)),
    "home-quiet": _live(partial(home.home, records.HOME_QUIET)),
    "home-approval": _live(partial(home.home, records.HOME_APPROVAL)),
    "home-budget-at-risk": _live(partial(home.home, records.HOME_UNEASY)),
    "home-bad-day": _live(partial(home.home, records.HOME_BAD)),
}
_LOOKS: Mapping[str, Case] = {
    "look-status": Case(partial(look.look_form, looks.CRASHING)),
    "look-logs": Case(partial(look.look_form, looks.LOG)),
    "look-logs-long": Case(partial(look.look_form, looks.LONG_LOG)),
    "look-logs-empty": Case(partial(look.look_form, looks.SILENT)),
    "look-only-one": Case(partial(look.look_form, looks.ONE_LOOK)),
    "look-forbidden": Case(partial(look.look_form, looks.FORBIDDEN)),
}
CASES: Mapping[str, Case] = {**_LOOKS, **_ALERTS, **_INCIDENTS, **_SLOS, **_RUNS, **_ANSWERS}
