"""Strategic merge patches and JSON patches, as documents alone."""

from typing import Any

import pytest

from tests.kubernetes.stand_in.errors import ApiError
from tests.kubernetes.stand_in.patches import json_patched, merged
from tests.kubernetes.stand_in.strategic import strategic

TWO = {"containers": [{"name": "app", "image": "a:1", "env": [{"name": "A", "value": "1"}]}, {"name": "proxy"}]}


@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        ({"a": 1, "b": 2}, {"b": None, "c": 3}, {"a": 1, "c": 3}),
        (TWO, {"containers": [{"name": "app", "image": "a:2"}]},
         {"containers": [{"name": "app", "image": "a:2", "env": [{"name": "A", "value": "1"}]}, {"name": "proxy"}]}),
        (TWO, {"containers": [{"name": "app", "env": [{"name": "B", "value": "2"}]}]},
         {"containers": [{"name": "app", "image": "a:1",
                          "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}, {"name": "proxy"}]}),
        (TWO, {"containers": [{"$patch": "delete", "name": "app"}]}, {"containers": [{"name": "proxy"}]}),
        (TWO, {"containers": [{"$patch": "replace"}, {"name": "only"}]}, {"containers": [{"name": "only"}]}),
        (TWO, {"$setElementOrder/containers": [{"name": "proxy"}, {"name": "app"}], "containers": [{"name": "new"}]},
         {"containers": [{"name": "proxy"}, {"name": "app", "image": "a:1", "env": [{"name": "A", "value": "1"}]},
                         {"name": "new"}]}),
        ({"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}},
         {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}, {"strategy": {"type": "Recreate"}}),
        ({"template": {"a": 1, "b": {"c": 2}}}, {"template": {"$patch": "replace", "b": {"d": 3}}},
         {"template": {"b": {"d": 3}}}),
        ({"finalizers": ["a", "b"]}, {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]},
         {"finalizers": ["b", "c"]}),
        ({"ports": [{"containerPort": 80, "name": "http"}]}, {"ports": [{"containerPort": 80, "name": "web"}]},
         {"ports": [{"containerPort": 80, "name": "web"}]}),
        ({"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
        ({"volumeMounts": [{"mountPath": "/a", "name": "x"}]}, {"volumeMounts": [{"mountPath": "/b", "name": "x"}]},
         {"volumeMounts": [{"mountPath": "/a", "name": "x"}, {"mountPath": "/b", "name": "x"}]}),
    ],
)  # fmt: skip
def test_lists_are_merged_by_their_keys(original: Any, patch: Any, result: Any) -> None:
    before = repr(original)
    assert strategic(original, patch) == result
    assert repr(original) == before


def test_a_merge_patch_replaces_lists_and_drops_nulls() -> None:
    assert merged({"a": [1, 2], "b": {"c": 1, "d": 2}}, {"a": [3], "b": {"c": None}}) == {"a": [3], "b": {"d": 2}}


@pytest.mark.parametrize(
    ("operations", "result"),
    [
        ([{"op": "add", "path": "/list/1", "value": 9}], {"list": [1, 9, 2], "a/b": 1}),
        ([{"op": "add", "path": "/list/-", "value": 9}], {"list": [1, 2, 9], "a/b": 1}),
        ([{"op": "remove", "path": "/list/0"}], {"list": [2], "a/b": 1}),
        ([{"op": "replace", "path": "/a~1b", "value": 2}], {"list": [1, 2], "a/b": 2}),
        ([{"op": "move", "from": "/a~1b", "path": "/c"}], {"list": [1, 2], "c": 1}),
        ([{"op": "copy", "from": "/list", "path": "/c"}], {"list": [1, 2], "a/b": 1, "c": [1, 2]}),
        ([{"op": "test", "path": "/list", "value": [1, 2]}], {"list": [1, 2], "a/b": 1}),
    ],
)
def test_a_json_patch_does_one_thing_after_the_other(operations: list[Any], result: Any) -> None:
    assert json_patched({"list": [1, 2], "a/b": 1}, operations) == result


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ([{"op": "test", "path": "/a", "value": 2}], 422),
        ([{"op": "replace", "path": "/missing", "value": 2}], 422),
        ([{"op": "remove", "path": "/missing"}], 422),
        ([{"op": "add", "path": "/missing/deeper", "value": 2}], 422),
        ([{"op": "shout", "path": "/a"}], 422),
        ({"op": "test"}, 400),
    ],
)
def test_a_json_patch_that_does_not_apply_is_refused(operations: Any, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        json_patched({"a": 1}, operations)
    assert refused.value.code == code
