"""Agreements in the catalog: read, linked with SLOs and suppliers, and judged by `check`."""

from pathlib import Path
from textwrap import dedent

import pytest

from bot.catalog import Catalog, load
from bot.domain.sla import PenaltyBand, Period, Promise, Side, composite
from tests.catalog.writing import GRANTS, PAGER, QUIET, SERVICES, checked, lines, slo, write

SLAS = dedent("""\
    slas:
      clients:
        kind: client
        party: Shops that sell through us
        title: Merchant agreement
        service: api
        promises:
          availability:
            target_percent: 99.9
            slos: api-availability
            penalties:
              - {below_percent: 99.9, credit_percent: 10}
              - {below_percent: 99, credit_percent: 25}
        rests_on: [front, {any_of: [primary, replica]}]
        period: quarter
        time_zone: Europe/Brussels
        url: https://shop.example/sla
      front: {kind: supplier, party: Cloud, promises: {availability: {target_percent: 99.95}}}
      primary: {kind: supplier, party: Cloud, promises: {availability: {target_percent: 99.99}}}
      replica: {kind: supplier, party: Cloud, promises: {uptime: {target_percent: 99.9}}}
    """)


def files(slas: str = SLAS, target: str = "0.999") -> dict[str, str]:
    """A sound catalog with these agreements."""
    return {
        "permissions.yaml": GRANTS,
        "pager.yaml": PAGER,
        "services.yaml": SERVICES,
        "slos/a.yaml": slo(objectives=f"- target: {target}"),
        "slas.yaml": slas,
    }


def loaded(directory: Path, slas: str = SLAS) -> Catalog:
    return load(write(directory, files(slas)), QUIET)


def told(directory: Path, slas: str, target: str = "0.999") -> tuple[list[str], list[str]]:
    """Errors and warnings about a catalog that is sound but for its agreements."""
    report = checked(directory, files(slas, target))
    return lines(directory, report.errors), lines(directory, report.warnings)


def test_an_agreement_says_who_promised_what_to_whom(tmp_path: Path) -> None:
    clients = loaded(tmp_path).slas["clients"]

    assert (clients.side, clients.party, clients.shown_name) == (
        Side.CLIENT,
        "Shops that sell through us",
        "Merchant agreement",
    )
    assert clients.promises == {
        "availability": Promise(
            name="availability",
            target=0.999,
            slos=("api-availability",),
            penalties=(PenaltyBand(0.999, 0.1), PenaltyBand(0.99, 0.25)),
        )
    }
    assert (clients.period, clients.time_zone, clients.url) == (
        Period.QUARTER,
        "Europe/Brussels",
        "https://shop.example/sla",
    )


def test_a_chain_knows_what_its_suppliers_promise_whatever_they_call_it(tmp_path: Path) -> None:
    chain = loaded(tmp_path).slas["clients"].chain

    assert chain is not None
    assert composite(chain) == pytest.approx(0.9995 * (1 - 0.0001 * 0.001))


def test_an_slo_is_found_with_the_promises_it_measures(tmp_path: Path) -> None:
    catalog = loaded(tmp_path)

    assert [(sla.name, promise.name) for sla, promise in catalog.promises_on("api-availability")] == [
        ("clients", "availability")
    ]
    assert catalog.promises_on("other") == ()


def test_a_sound_agreement_earns_no_word(tmp_path: Path) -> None:
    assert told(tmp_path, SLAS) == ([], [])


def test_a_looser_slo_is_told_with_the_reason_the_catalog_gives(tmp_path: Path) -> None:
    said = (
        "slos/a.yaml:4: SLO api-availability: its target of 99 % is looser than the 99.9 % that Merchant agreement "
        "promises for availability: it can be met while that is broken."
    )
    explained = SLAS.replace("slos: api-availability", "slos: api-availability\n        why_looser: We are learning.")

    assert told(tmp_path, SLAS, "0.99")[1] == [said]
    assert told(tmp_path, explained, "0.99")[1] == [f"{said} The catalog says why: We are learning."]


def test_a_promise_its_suppliers_do_not_carry_is_told(tmp_path: Path) -> None:
    chained = SLAS.replace("{any_of: [primary, replica]}", "primary, replica")

    assert told(tmp_path, chained)[1] == [
        "slas.yaml:2: SLA clients: it promises 99.9 % availability on suppliers who promise 99.84 % together. "
        "Promise less, or give a part of the chain an alternative (any_of)."
    ]


def test_a_promise_that_nothing_measures_is_told(tmp_path: Path) -> None:
    said = (
        "slas.yaml:2: SLA clients: nothing measures availability: name the SLOs that do, or its outcome stays unknown."
    )

    assert told(tmp_path, SLAS.replace("        slos: api-availability\n", ""))[1] == [said]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "slos: api-availability",
            "slos: api-availabilty",
            "slas.yaml:10: The SLO 'api-availabilty' is not known. Did you mean 'api-availability'? "
            "Allowed: api-availability.",
        ),
        (
            "service: api",
            "service: apy",
            "slas.yaml:6: The service 'apy' is not known. Did you mean 'api'? Allowed: api.",
        ),
        (
            "any_of: [primary, replica]",
            "any_of: [primary, replika]",
            "slas.yaml:14: The supplier's agreement 'replika' is not known. Did you mean 'replica'? "
            "Allowed: front, primary, replica.",
        ),
        (
            "rests_on: [front",
            "rests_on: [clients",
            "slas.yaml:14: The supplier's agreement 'clients' is not known. Allowed: front, primary, replica.",
        ),
        (
            "target_percent: 99.9\n",
            "target_percent: 100\n",
            "slas.yaml:9: slas.clients.promises.availability.target_percent should be less than 100, not 100.",
        ),
        (
            "below_percent: 99.9,",
            "below_percent: 99.95,",
            "slas.yaml:8: slas.clients.promises.availability: a penalty below 99.95 % is owed although 99.9 % is kept.",
        ),
        (
            "Europe/Brussels",
            "Europe/Brüssel",
            "slas.yaml:16: slas.clients.time_zone: 'Europe/Brüssel' is no time zone of the IANA database, "
            "such as Europe/Brussels.",
        ),
        (
            "any_of: [primary, replica]",
            "any_of: []",
            "slas.yaml:14: slas.clients.rests_on[1]: say either all_of or any_of, with the agreements it is made of.",
        ),
        (
            "kind: supplier, party: Cloud, promises: {availability: {target_percent: 99.95}}",
            "kind: supplier, party: Cloud, rests_on: [primary], promises: {availability: {target_percent: 99.95}}",
            "slas.yaml:18: slas.front: 'rests_on' belongs to an agreement with clients: "
            "a supplier's own chain is its business.",
        ),
        (
            "{uptime: {target_percent: 99.9}}",
            "{a: {target_percent: 99.9}, b: {target_percent: 99}}",
            "slas.yaml:20: slas.replica: one of a supplier's promises is named 'availability'",
        ),
        ("promises: {uptime: {target_percent: 99.9}}", "promises: {}", "slas.yaml:20: slas.replica.promises: at least"),
        (
            "kind: client",
            "kind: klient",
            "slas.yaml:3: slas.clients.kind: 'klient' is not known. Did you mean 'client'?",
        ),
    ],
)
def test_a_mistake_is_told_at_its_line_with_what_is_allowed(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in SLAS
    errors, _ = told(tmp_path, SLAS.replace(before, after))

    assert len(errors) == 1
    assert errors[0].startswith(said)
