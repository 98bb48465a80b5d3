"""Who keeps a Kubernetes object, and what a plan says about a change made by hand."""

from collections.abc import Mapping

import pytest

from runbooks.managed import Manager, manager_of, warning

ARGO = {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:prod/checkout"}
KUSTOMIZE = {"kustomize.toolkit.fluxcd.io/name": "shop", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}
HELM_RELEASE = {"helm.toolkit.fluxcd.io/name": "checkout", "helm.toolkit.fluxcd.io/namespace": "shop"}
BY_HELM = {"app.kubernetes.io/managed-by": "Helm"}
OF_RELEASE = {"meta.helm.sh/release-name": "checkout", "meta.helm.sh/release-namespace": "shop"}


def kept(labels: Mapping[str, str] | None = None, annotations: Mapping[str, str] | None = None) -> Manager | None:
    return manager_of({"name": "checkout", "namespace": "prod", "labels": labels, "annotations": annotations})


@pytest.mark.parametrize(
    ("labels", "annotations", "manager"),
    [
        ({}, ARGO, Manager("argocd", "shop")),
        ({"argocd.argoproj.io/instance": "shop"}, {}, Manager("argocd", "shop")),
        (KUSTOMIZE, {}, Manager("kustomization", "shop", "flux-system")),
        (HELM_RELEASE, {}, Manager("helmrelease", "checkout", "shop")),
        (BY_HELM, OF_RELEASE, Manager("helm", "checkout", "shop")),
    ],
)
def test_each_keeper_is_known_by_its_own_mark(
    labels: Mapping[str, str], annotations: Mapping[str, str], manager: Manager
) -> None:
    assert kept(labels, annotations) == manager


@pytest.mark.parametrize(
    ("labels", "annotations"),
    [
        ({}, {}),
        (None, None),
        ({"app.kubernetes.io/instance": "shop"}, {}),
        (BY_HELM, {}),
        ({}, OF_RELEASE),
        ({"app.kubernetes.io/managed-by": "Terraform"}, OF_RELEASE),
        ({}, {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:prod/cart"}),
        ({}, {"argocd.argoproj.io/tracking-id": "shop"}),
    ],
    ids=["bare", "no labels", "instance", "label of Helm", "release", "other tool", "copied id", "broken id"],
)
def test_what_proves_nothing_names_nobody(
    labels: Mapping[str, str] | None, annotations: Mapping[str, str] | None
) -> None:
    assert kept(labels, annotations) is None


@pytest.mark.parametrize(
    ("labels", "annotations", "tool"),
    [
        (BY_HELM | KUSTOMIZE, ARGO | OF_RELEASE, "argocd"),
        (BY_HELM | KUSTOMIZE | HELM_RELEASE, OF_RELEASE, "kustomization"),
        (BY_HELM | HELM_RELEASE, OF_RELEASE, "helmrelease"),
    ],
)
def test_of_several_the_one_that_acts_last_is_named(
    labels: Mapping[str, str], annotations: Mapping[str, str], tool: str
) -> None:
    manager = kept(labels, annotations)
    assert manager is not None
    assert manager.tool == tool


@pytest.mark.parametrize("action", ["rollback", "scale"])
@pytest.mark.parametrize(
    ("manager", "undoes", "instead"),
    [
        (Manager("argocd", "shop"), "its self-heal will undo the change", "turn automated sync off first"),
        (
            Manager("kustomization", "shop", "flux-system"),
            "its next reconciliation will undo the change",
            "`flux suspend kustomization shop -n flux-system` first",
        ),
        (
            Manager("helmrelease", "checkout"),
            "its drift detection at once",
            "`flux suspend helmrelease checkout` first",
        ),
        (
            Manager("helm", "checkout", "shop"),
            "its next upgrade will bring back what the chart and its values say",
            "`helm rollback checkout -n shop`",
        ),
    ],
)
def test_a_plan_says_who_undoes_it_and_how_it_would_last(
    manager: Manager, undoes: str, instead: str, action: str
) -> None:
    words = warning(manager, action)
    assert undoes in words
    assert instead in words
    assert manager.name in words


def test_a_number_of_replicas_that_git_leaves_open_stays() -> None:
    manager = Manager("argocd", "shop")
    assert "left open there, that stays" in warning(manager, "scale")
    assert "left open" not in warning(manager, "rollback")


def test_a_restart_lasts_whoever_keeps_the_object() -> None:
    assert warning(Manager("argocd", "shop"), "restart") == ""


def test_what_nobody_keeps_needs_no_warning() -> None:
    assert warning(None, "rollback") == ""
