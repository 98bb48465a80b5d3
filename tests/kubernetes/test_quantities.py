"""Amounts as a cluster writes them, in cores and bytes."""

import pytest

from runbooks.targets.kubernetes.looks.quantities import amount, cpu, memory


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", 0.25),
        ("25331842n", 0.025331842),
        ("1500u", 0.0015),
        ("2", 2.0),
        ("1.5", 1.5),
        (".5", 0.5),
        (3, 3.0),
        ("128Mi", 134_217_728.0),
        ("65536Ki", 67_108_864.0),
        ("2Gi", 2_147_483_648.0),
        ("1G", 1e9),
        ("1k", 1000.0),
        ("1e3", 1000.0),
        ("1E", 1e18),
        ("0", 0.0),
    ],
)
def test_an_amount_is_read_as_it_is_meant(text: object, value: float) -> None:
    assert amount(text) == pytest.approx(value)


@pytest.mark.parametrize("text", [None, "", "many", "12 Mi", "1mi", "0x10", "1e99999", "Ki"])
def test_what_is_no_amount_is_none(text: object) -> None:
    assert amount(text) is None


def test_amounts_are_told_as_kubectl_tells_them() -> None:
    assert cpu(0.025331842) == "25m"
    assert cpu(12.5) == "12,500m"
    assert memory(67_108_864) == "64\xa0MiB"
