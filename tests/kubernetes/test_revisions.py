"""Which revisions a workload has, and what is sent to go back to one."""

from runbooks.targets.kubernetes import revisions
from tests.kubernetes.objects import controller_revision, replica_set, template, workload

DEPLOYMENT = workload("Deployment", "shop:v42")


def numbers(*sets: revisions.Json) -> list[int]:
    return [each.number for each in revisions.of_deployment(DEPLOYMENT, sets)]


def test_the_newest_revision_comes_first_whatever_the_order_of_the_answer() -> None:
    assert numbers(replica_set("a", "9"), replica_set("b", "11"), replica_set("c", "10")) == [11, 10, 9]


def test_only_what_the_deployment_controls_counts() -> None:
    of_another = replica_set("b", "8", owner="u-2")
    only_owned = replica_set("c", "9", controller=False)
    assert numbers(replica_set("a", "7"), of_another, only_owned) == [7]


def test_a_missing_number_is_zero_and_one_that_cannot_be_read_is_left_out() -> None:
    assert numbers(replica_set("a", None), replica_set("b", "1"), replica_set("c", "one")) == [1, 0]


def test_a_revision_is_known_by_its_template_whatever_its_number() -> None:
    (first,) = revisions.of_deployment(DEPLOYMENT, [replica_set("shop:v41", "41")])
    (again,) = revisions.of_deployment(DEPLOYMENT, [replica_set("shop:v41", "43")])
    (other,) = revisions.of_deployment(DEPLOYMENT, [replica_set("shop:v42", "41")])
    assert first.key == again.key == revisions.key_of(template("shop:v41"))
    assert other.key != first.key


def test_what_a_controller_adds_to_a_template_does_not_change_what_it_is() -> None:
    added = template("shop:v41")
    added["metadata"]["labels"]["pod-template-hash"] = "5d8f"
    added["metadata"]["creationTimestamp"] = None
    assert revisions.key_of(added) == revisions.key_of(template("shop:v41"))
    restarted = template("shop:v41", **{"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"})
    assert revisions.key_of(restarted) != revisions.key_of(template("shop:v41"))


def test_going_back_keeps_the_deployments_own_annotations_and_takes_the_others_from_the_replica_set() -> None:
    deployment = workload("Deployment", "shop:v42")
    deployment["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "deployment.kubernetes.io/revision": "42",
        "kubernetes.io/change-cause": "v42",
        "team": "only on the deployment",
    }
    holder = replica_set("shop:v41", "41", cause="v41")
    holder["metadata"]["annotations"]["deployment.kubernetes.io/desired-replicas"] = "3"
    (wanted,) = revisions.of_deployment(deployment, [holder])
    guard, replaced, annotated = revisions.undo_of_deployment(deployment, wanted)
    assert guard == {"op": "test", "path": "/metadata/generation", "value": 7}
    assert replaced == {"op": "replace", "path": "/spec/template", "value": template("shop:v41")}
    assert annotated["path"] == "/metadata/annotations"
    assert annotated["value"] == {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "deployment.kubernetes.io/revision": "42",
        "kubernetes.io/change-cause": "v41",
    }


def test_a_stateful_set_goes_back_by_what_its_revision_kept() -> None:
    stateful_set = workload("StatefulSet", "shop:v42")
    found = revisions.of_controller(
        stateful_set, [controller_revision("shop:v41", 1), controller_revision("shop:v42", 2)]
    )
    assert [each.name for each in found] == ["revision 2", "revision 1"]
    sent = revisions.undo_of_controller(stateful_set, found[1])
    assert sent["spec"]["template"] == {**template("shop:v41"), "$patch": "replace"}
    assert sent["metadata"] == {"resourceVersion": "900"}
    assert found[1].key == revisions.key_of(template("shop:v41"))


def test_who_made_the_revision_that_serves_is_the_last_to_have_written_its_template() -> None:
    deployment = workload("Deployment", "shop:v42")
    wrote = {"f:spec": {"f:template": {}}}
    deployment["metadata"]["managedFields"] = [
        {"manager": "helm", "time": "2026-01-01T00:00:00Z", "fieldsV1": wrote},
        {"manager": "kubectl-set", "time": "2026-01-02T00:00:00Z", "fieldsV1": wrote},
        {"manager": "kube-controller-manager", "time": "2026-01-03T00:00:00Z", "fieldsV1": {"f:status": {}}},
        {"manager": "scaler", "time": "2026-01-04T00:00:00Z", "fieldsV1": wrote, "subresource": "scale"},
    ]
    now, before = revisions.of_deployment(deployment, [replica_set("shop:v42", "2"), replica_set("shop:v41", "1")])
    assert (now.author, before.author) == ("kubectl-set", "")
