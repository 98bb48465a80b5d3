"""Who keeps a Kubernetes object, and what that means for a change made by hand: words for a plan.

Sources: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/,
https://fluxcd.io/flux/components/kustomize/kustomizations/, https://fluxcd.io/flux/components/helm/helmreleases/,
https://helm.sh/docs/chart_best_practices/labels/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Tool = Literal["argocd", "kustomization", "helmrelease", "helm"]

_LASTING = frozenset({"restart"})
"""Actions that leave nothing behind which Git or a chart says otherwise: they add an annotation of their own."""


@dataclass(frozen=True, slots=True)
class Manager:
    """What keeps an object as it is declared elsewhere; `namespace` is empty where it is not known."""

    tool: Tool
    name: str
    namespace: str = ""


def manager_of(metadata: Mapping[str, object]) -> Manager | None:
    """Who keeps the object with this `metadata` (name, namespace, labels, annotations); None where nothing says so.

    The label `app.kubernetes.io/instance` proves nothing: most charts set it. Where several are named, the one that
    acts last is meant: Argo CD and Flux render charts too, and Flux installs releases with Helm.
    """
    labels, annotations = _texts(metadata.get("labels")), _texts(metadata.get("annotations"))
    application = _tracked(annotations, metadata) or labels.get("argocd.argoproj.io/instance", "")
    if application:
        return Manager("argocd", application)
    if name := labels.get("kustomize.toolkit.fluxcd.io/name"):
        return Manager("kustomization", name, labels.get("kustomize.toolkit.fluxcd.io/namespace", ""))
    if name := labels.get("helm.toolkit.fluxcd.io/name"):
        return Manager("helmrelease", name, labels.get("helm.toolkit.fluxcd.io/namespace", ""))
    name = annotations.get("meta.helm.sh/release-name", "")
    if name and labels.get("app.kubernetes.io/managed-by") == "Helm":
        return Manager("helm", name, annotations.get("meta.helm.sh/release-namespace", ""))
    return None


def warning(manager: Manager | None, action: str) -> str:
    """What will become of `action` (restart, scale, rollback), and what to do about it; empty where it lasts."""
    if manager is None or action in _LASTING:
        return ""
    scaled = " Where its number of replicas is left open there, that stays." if action == "scale" else ""
    return _words(manager) + scaled


def _words(manager: Manager) -> str:
    name = manager.name
    where = f" -n {manager.namespace}" if manager.namespace else ""
    match manager.tool:
        case "argocd":
            return (
                f"Argo CD keeps this from Git (application {name}): its self-heal will undo the change, or else its "
                "next sync. For it to last, change Git; to gain time, turn automated sync off first."
            )
        case "kustomization":
            return (
                f"Flux keeps this from Git (Kustomization {name}): its next reconciliation will undo the change. "
                f"For it to last, change Git; to gain time, `flux suspend kustomization {name}{where}` first."
            )
        case "helmrelease":
            return (
                f"Flux keeps this by Helm (HelmRelease {name}): its next upgrade will undo the change, or its drift "
                f"detection at once. For it to last, change Git; to gain time, "
                f"`flux suspend helmrelease {name}{where}` first."
            )
        case "helm":
            return (
                f"Helm keeps this (release {name}): its next upgrade will bring back what the chart and its values "
                f"say. For it to last, change those; a whole release goes back by `helm rollback {name}{where}`."
            )


def _tracked(annotations: Mapping[str, str], metadata: Mapping[str, object]) -> str:
    """The application in a tracking id `app:group/Kind:namespace/name`; one that was copied from another object, and so
    names that one, is nothing to Argo CD."""
    application, _, tracked = annotations.get("argocd.argoproj.io/tracking-id", "").partition(":")
    _, _, place = tracked.partition(":")
    return application if place.rpartition("/")[2] == metadata.get("name") else ""


def _texts(value: object) -> Mapping[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}
