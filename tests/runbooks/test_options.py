"""Options of the catalog: what is wrong is said in words, all of it at once."""

import pytest

from runbooks.targets import CONNECTORS
from runbooks.targets.reading import BadOptions

GOOD = {"socket": "/run/supervisor.sock", "program": "checkout"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"program": "checkout"}, "Option `socket` is missing."),
        ({**GOOD, "sockt": "x"}, "Option `sockt` is not known; did you mean `socket`?"),
        ({**GOOD, "zzz": "x"}, "Option `zzz` is not known; allowed: socket, program,"),
        ({**GOOD, "program": "check out"}, "Option `program`: String should match pattern"),
        ({**GOOD, "current": "/srv/current"}, "`current` and `releases` are given together or not at all."),
        ({**GOOD, "health": "http://127.0.0.1:{port}/"}, "`health` with {port} needs `programs`"),
        ({**GOOD, "health": "http://{host}/"}, "'host' is not known in it; allowed: {name}, {port}."),
        ({**GOOD, "health": "http://{"}, "Option `health`:"),
        ({**GOOD, "health_timeout_s": "soon"}, "Option `health_timeout_s`: Input should be a valid number"),
        ({**GOOD, "answer_timeout_s": "0"}, "Option `answer_timeout_s`: Input should be greater than 0"),
    ],
)
def test_an_option_that_is_wrong_is_named_with_what_is_allowed(options: dict[str, str], words: str) -> None:
    with pytest.raises(BadOptions) as bad:
        CONNECTORS["supervisord"](options)
    assert words in str(bad.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadOptions) as bad:
        CONNECTORS["supervisord"]({"sockt": "x"})
    assert len(bad.value.problems) == 3


def test_a_target_is_made_without_contacting_anything() -> None:
    assert CONNECTORS["supervisord"](GOOD).kind == "supervisord"
