"""Options of the catalog: what is wrong is said in words, all of it at once."""

from pathlib import Path

import pytest

from runbooks.targets.kubernetes.options import parse
from runbooks.targets.reading import BadOptions

GOOD = {"name": "checkout"}


def test_a_name_is_enough() -> None:
    options = parse(GOOD)
    assert (options.workload, options.namespace, options.container) == ("deployment", "", "")
    assert (options.kubeconfig, options.context, options.impersonate) == (None, "", "")
    assert (options.answer_timeout_s, options.deadline_s) == (10, None)


def test_everything_may_be_given() -> None:
    options = parse(
        GOOD
        | {"workload": "statefulset", "namespace": "shop", "container": "app", "kubeconfig": "~/.kube/prod"}
        | {"context": "prod/eu", "impersonate": "system:serviceaccount:ops:bot"}
        | {"answer_timeout_s": "3", "deadline_s": "120"}
    )
    assert options.kubeconfig == Path("~/.kube/prod")
    assert options.deadline_s == 120


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Option `name` is missing."),
        ({**GOOD, "namespce": "x"}, "Option `namespce` is not known; did you mean `namespace`?"),
        ({**GOOD, "zzz": "x"}, "Option `zzz` is not known; allowed: name, workload,"),
        ({"name": "Check Out"}, "Option `name`: String should match pattern"),
        ({"name": "checkout/scale"}, "Option `name`: String should match pattern"),
        ({**GOOD, "namespace": "../kube-system"}, "Option `namespace`: String should match pattern"),
        ({**GOOD, "workload": "job"}, "Option `workload`: Input should be 'deployment', 'statefulset' or 'daemonset'."),
        ({**GOOD, "kubeconfig": "kube/config"}, "`kubeconfig` is an absolute path or begins with ~/."),
        ({**GOOD, "impersonate": "ana\r\nX: y"}, "Option `impersonate`: String should match pattern"),
        ({**GOOD, "answer_timeout_s": "soon"}, "Option `answer_timeout_s`: Input should be a valid number"),
        ({**GOOD, "deadline_s": "0"}, "Option `deadline_s`: Input should be greater than 0"),
    ],
)
def test_an_option_that_is_wrong_is_named_with_what_is_allowed(options: dict[str, str], words: str) -> None:
    with pytest.raises(BadOptions) as bad:
        parse(options)
    assert words in str(bad.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadOptions) as bad:
        parse({"nam": "x", "workload": "pod"})
    assert len(bad.value.problems) == 3
