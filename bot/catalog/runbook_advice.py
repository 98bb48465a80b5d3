"""What a runbook asks that nobody could answer, said by `quarterdeck check` at the step that asks."""

from collections.abc import Iterator, Sequence

from bot.catalog.model import Catalog, Runbook, Service
from bot.catalog.problems import Problem
from bot.catalog.reading import Document
from bot.domain.permission import EVERYBODY, GROUP, RIGHT_OF, holders


def runbook_advice(catalog: Catalog, documents: Sequence[Document]) -> Iterator[Problem]:
    """Second yeses that nobody can say, for want of a grant."""
    if catalog.permissions is None:  # nobody may run any then, which is said already
        return
    for document in documents:
        runbook = catalog.runbooks[str(document.value(("name",)))]
        for service in catalog.services.values():
            step = runbook.approval_in(service.environment)
            if step is not None and service.target is not None and _is_for(runbook, service):
                what = _unanswered(catalog, runbook, step.role or "approver", service)
                if what:
                    yield document.problem(("steps", runbook.steps.index(step)), what)


def _unanswered(catalog: Catalog, runbook: Runbook, role: str, service: Service) -> str:
    """Why the yes is never said, to all or to the one who alone can say it; empty where it can be."""
    place = service.name, service.environment
    deciders = holders(RIGHT_OF[role], *place, catalog.policy)
    doing = f"{runbook.name} on {service.name} in {service.environment}"
    if not deciders:
        return f"nobody can approve {doing}, so it never starts. Grant the role {role} in permissions.yaml."
    askers = holders(RIGHT_OF[runbook.role], *place, catalog.policy)
    alone = deciders[0]
    one_person = len(deciders) == 1 and alone != EVERYBODY and not alone.startswith(GROUP)
    if not one_person or not {alone, EVERYBODY} & {*askers}:
        return ""
    return f"only {alone} can approve {doing}, and never what {alone} asks for. Grant the role {role} to one more."


def _is_for(runbook: Runbook, service: Service) -> bool:
    return not runbook.when or any(not when.service or service.name in when.service for when in runbook.when)
