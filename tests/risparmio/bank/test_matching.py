"""Whose a transfer is, as a treasurer would say it, and why."""

import pytest

from risparmio.bank.matching import CashOnTheWay, Known, Match, Order, Reason, Said, Saver, match
from risparmio.reference import reference_for

HASSAN, ROSSI, NERI = (reference_for(number) for number in (1, 2, 3))
OWN, PARISH = "IT60X0542811101000000123456", "DE89370400440532013000"

SAVERS = [
    Saver(
        of="Hassan",
        reference=HASSAN,
        names=("Samira Hassan", "Omar Hassan"),
        cents=5_000,
        ibans=frozenset([OWN]),
    ),
    Saver(of="Rossi", reference=ROSSI, names=("Niccolò Rossi",), cents=8_000, ibans=frozenset([PARISH])),
    Saver(
        of="Neri",
        reference=NERI,
        names=("Luca Neri", "Anna Rossi"),
        cents=5_000,
        ibans=frozenset([PARISH]),
    ),
]
KNOWN = Known(
    savers=SAVERS,
    orders=[
        Order(of="payout 7", end_to_end="P7", cents=30_000, iban=OWN),
        Order(of="8", end_to_end="P8", cents=9, iban=OWN),
    ],
    cash=[CashOnTheWay(of="cash 4", cents=20_000)],
)


def found(**line):
    return match(KNOWN, Said(**{"cents": 5_000} | line))


def test_by_its_reference_wherever_it_stands():
    for line in (
        {"reference": ROSSI},
        {"end_to_end": ROSSI},
        {"text": f"risparmio {ROSSI[:4]} {ROSSI[4:8]} {ROSSI[8:]} grazie"},
        {"text": ROSSI.lower(), "name": "Samira Hassan", "iban": OWN},
    ):
        assert found(**line) == Match("Rossi", Reason.REFERENCE), line


@pytest.mark.parametrize(
    "more", [{}, {"iban": OWN, "name": "Samira Hassan"}, {"cents": 20_000, "text": "CONTANTI"}]
)
def test_a_transfer_that_names_two_households_is_looked_at_by_somebody(more):
    line = {"reference": HASSAN, "end_to_end": ROSSI} | more
    assert found(**line) is None


def test_nor_is_one_that_names_a_household_which_has_moved_on_somebody_elses():
    known = Known(savers=SAVERS, ended=frozenset([reference_for(9)]))
    assert match(known, Said(cents=5_000, text=reference_for(9), iban=OWN, name="Samira Hassan")) is None
    assert match(known, Said(cents=5_000, text=f"{reference_for(9)} {HASSAN}")) is None


def test_a_reference_of_somebody_else_says_nothing():
    assert found(reference=reference_for(99)) is None


def test_a_batch_of_several_is_nobodys_though_one_of_them_names_a_household():
    assert found(text=HASSAN, several=True) is None


def test_by_the_households_own_account():
    assert found(iban=OWN, name="HASSAN SAMIRA") == Match("Hassan", Reason.KNOWN_ACCOUNT)
    assert found(iban=PARISH, name="Niccolò Rossi") == Match("Rossi", Reason.NAME), (
        "it pays for two households"
    )


@pytest.mark.parametrize(
    "line",
    [{"name": "Caritas Pero"}, {}, {"name": "Samira Hassan", "text": "RF99 0000 000"}],
    ids=["parish", "nobody", "slip"],
)
def test_an_account_alone_is_only_likely(line):
    """A parish that paid for one household may pay for another next; and who writes a reference means somebody."""
    match = found(iban=OWN, **line)
    assert match == Match("Hassan", Reason.SAME_ACCOUNT)
    assert not match.is_certain


def test_by_name_and_amount_it_is_only_likely():
    assert found(name="HASSAN SAMIRA") == Match("Hassan", Reason.NAME_AND_AMOUNT)
    assert found(name="ROSSI NICCOLO'") == Match("Rossi", Reason.NAME)
    assert found(text="da parte di Luca Neri") == Match("Neri", Reason.NAME_AND_AMOUNT)
    assert not found(name="HASSAN SAMIRA").is_certain


@pytest.mark.parametrize("name", ["", "Rossi", "Samira", "Samira Rossini", "Banca Intesa"])
def test_a_part_of_a_name_is_nobodys(name):
    assert found(name=name) is None


def test_two_who_are_named_alike_are_told_apart_by_what_they_promised_or_not_at_all():
    known = Known(
        savers=[
            Saver(of=1, reference=HASSAN, names=("Amina Ali",), cents=5_000),
            Saver(of=2, reference=ROSSI, names=("Ali Amina",), cents=8_000),
        ]
    )
    assert match(known, Said(cents=8_000, name="Amina Ali")) == Match(2, Reason.NAME_AND_AMOUNT)
    assert match(known, Said(cents=100, name="Amina Ali")) is None


def test_cash_that_was_on_its_way():
    assert found(cents=20_000, text="VERSAMENTO CONTANTI") == Match("cash 4", Reason.CASH)
    assert found(cents=20_000) is None, "so much money may be anybody's"
    assert found(cents=20_000, text="contanti", iban=PARISH) is None, "a transfer is no cash"


def test_a_payout_by_our_own_order():
    assert found(cents=-30_000, end_to_end="P7") == Match("payout 7", Reason.ORDER)
    assert found(cents=-30_000, iban=OWN) == Match("payout 7", Reason.ORDER_AMOUNT)
    assert found(cents=-30_001, iban=OWN) is None
    assert found(cents=-15_000, end_to_end="P7") is None, "another sum is another thing"
    assert found(cents=-30_000, text="SEPA ABITARE P7 SAMIRA") == Match("payout 7", Reason.ORDER)
    assert found(cents=-5_000, reference=ROSSI) is None, "what goes out is nobody's payment"


def test_our_own_order_paid_to_another_account_is_nothing_certain():
    for said in ({"end_to_end": "P7"}, {"text": "SEPA P7 SAMIRA"}):
        assert found(cents=-30_000, iban=OWN, **said) == Match("payout 7", Reason.ORDER)
        assert found(cents=-30_000, iban=PARISH, **said) is None


def test_whoever_names_an_order_means_no_other_of_the_same_amount():
    orders = [
        Order(of="first", end_to_end="P7", cents=300, iban=OWN, is_paid=True),
        Order(of="another household's", end_to_end="P8", cents=300, iban=OWN),
    ]
    known = Known(orders=orders)
    assert match(known, Said(cents=-300, iban=OWN)) == Match("another household's", Reason.ORDER_AMOUNT)
    for said in ({"end_to_end": "P7"}, {"text": "P7 LA RATA"}):
        assert match(known, Said(cents=-300, iban=OWN, **said)) is None, (
            "it was paid: somebody looks why again"
        )


def test_a_payout_that_comes_back_is_no_saving_though_it_repeats_our_words():
    paid = Known(
        savers=SAVERS,
        orders=[Order(of="payout 7", end_to_end="P7", cents=30_000, iban=OWN, is_paid=True)],
    )
    words = {"cents": 30_000, "text": f"Risparmio {HASSAN}"}

    assert match(paid, Said(end_to_end="P7", **words)) == Match("payout 7", Reason.RETURNED)
    assert match(paid, Said(returned=True, **words)) is None, "somebody looks which one"
    assert match(KNOWN, Said(end_to_end="P7", **words)) is None, "it has not left yet"


def test_an_organization_that_pays_is_only_likely_and_pays_for_whom_its_amount_is():
    """A supporter of two households; and of one that is called like a household's own name in part."""
    known = Known(
        savers=[
            Saver(of=1, reference=HASSAN, names=("Amina Ali",), cents=5_000, supporter="Caritas Pero"),
            Saver(of=2, reference=ROSSI, names=("Omar Sy",), cents=8_000, supporter="Caritas Pero"),
            Saver(of=3, reference=NERI, names=("Luca Neri",), cents=8_000, supporter="Casa Ali"),
        ]
    )
    said = {"name": "CARITAS PARROCCHIA DI PERO"}
    assert match(known, Said(cents=8_000, **said)) == Match(2, Reason.SUPPORTER)
    assert not match(known, Said(cents=8_000, **said)).is_certain
    assert match(known, Said(cents=100, **said)) is None
    assert match(known, Said(cents=100, name="casa ali")) == Match(3, Reason.SUPPORTER)


def test_what_a_line_has_used_up_is_not_found_again():
    known = Known(
        orders=[Order(of="p", end_to_end="P7", cents=300, iban=OWN)], cash=[CashOnTheWay(of="c", cents=20)]
    )
    known.paid("P7")
    assert match(known, Said(cents=-300, end_to_end="P7")) is None
    assert match(known, Said(cents=300, end_to_end="P7")) == Match("p", Reason.RETURNED)
    known.came_back("P7")
    assert match(known, Said(cents=300, end_to_end="P7")) is None
    known.arrived("c", 20)
    assert match(known, Said(cents=20, text="contanti")) is None
