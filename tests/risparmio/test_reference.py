"""References are given out, read aloud, and found again in what banks make of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risparmio.reference import found_in, grouped, is_reference, normalised, reference_for, the_one_in

OTHERS = "RF18539007547034"  # the standard's own example
NUMBERS = st.integers(0, 99_999_999)
ORDINARY = """
    risparmio versamento mensile rata marzo aprile famiglia rif causale RIF. N. via per terra 2026 12/03 50,00 EUR
    SEPA CRO TRN bonifico a favore di Bianchi
"""
WORDS = st.sampled_from(ORDINARY.split())


def remainder(reference: str) -> int:
    """As the standard computes it, on paper: first four to the end, letters as 10 to 35, divided by 97."""
    return int("".join(str(int(letter, 36)) for letter in reference[4:] + reference[:4])) % 97


@pytest.mark.parametrize(
    ("number", "reference"),
    [(0, "RF0400000000"), (1, "RF7400000001"), (1234, "RF5400001234"), (99_999_999, "RF7599999999")],
)
def test_a_number_has_one_reference(number, reference):
    assert reference_for(number) == reference


@given(NUMBERS)
def test_check_digits_are_right_and_all_are_as_long(number):
    reference = reference_for(number)
    assert remainder(reference) == 1
    assert len(reference) == 12
    assert int(reference[4:]) == number
    assert is_reference(reference)


@pytest.mark.parametrize("number", [-1, 100_000_000])
def test_a_number_without_room_has_none(number):
    with pytest.raises(ValueError, match="8 figures"):
        reference_for(number)


def test_people_read_it_in_fours():
    assert grouped("RF18539007547034") == "RF18 5390 0754 7034"
    assert grouped("rf185390 075470y") == "RF18 5390 0754 70Y"
    assert normalised(" rf18 5390\n0754\t7034 ") == OTHERS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RF",
        "RF18",
        "RF17539007547034",
        "RF18 5390 0754 7034",
        "rf18539007547034",
        "RF18539007547034\n",
        "RF١٨539007547034",
    ],
)
def test_nothing_else_is_a_reference(text):
    assert not is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "RF18539007547034",
        "RF18 5390 0754 7034",
        "rf18 5390 0754 7034",
        "RF18.5390.0754.7034",
        "RF18-5390-0754-7034",
        "RF 18 5390 0754 7034",
        "RF18 5390 07\n54 7034",
        "RF18 5390 0754 70\r\n34 risparmio",
        "risparmio R\nF18 5390 0754 7034",
        "RF1\n8 5390 0754 7034",
        "Causale: RF18 5390 0754 7034, rata di marzo",
        "versamento marzo/RF18539007547034/Bianchi",
        "CAUSALERF18539007547034",
        "RF18539007547034RISPARMIO",
        "RF18539007547034risparmio marzo",
        "(RF18539007547034)",
        "Rif.RF18539007547034.",
        "RFRF18539007547034",
        "R\u00e8f. RF18539007547034\u00e8",
        "\N{NO-BREAK SPACE}RF18\N{NO-BREAK SPACE}5390\N{NO-BREAK SPACE}0754\N{NO-BREAK SPACE}7034",
    ],
    ids=ascii,
)
def test_it_is_found_in_what_a_bank_makes_of_it(text):
    assert found_in(text) == {OTHERS}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RF5400001234 e RF7400000001", {"RF5400001234", "RF7400000001"}),
        ("RF5400001234RF7400000001", {"RF5400001234", "RF7400000001"}),
        ("RF5400001234 RF5400001234", {"RF5400001234"}),
        ("RF540000123403 2026", {"RF5400001234"}),  # joined with the month
        ("RF45G72UUR", {"RF45G72UUR"}),
        ("rf65 18k5", {"RF6518K5"}),
    ],
)
def test_several_and_other_kinds_are_found(text, found):
    assert found_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "risparmio di marzo",
        "RF",
        "RF18",
        "RF17 5390 0754 7034",  # check digits of another
        "RF18 5390 0754 7043",  # two figures changed places
        "RF18 5390 0754 703",  # cut off
        "RF54 0000 123",
        "R F18 5390 0754 7034",  # two words
        "ＲＦ18539007547034",
        "RF١٨539007547034",
        "surf 2026 12/03",
        "RF35C4",  # too short to be told from ordinary text
        "IT60X0542811101000000123456",
    ],
    ids=ascii,
)
def test_nothing_is_guessed(text):
    assert found_in(text) == set()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f"risparmio {OTHERS}", OTHERS),
        ("Rif. RF18 5390 0754 7034 gennaio", OTHERS),
        (f"{OTHERS} e ancora {OTHERS}", OTHERS),
        ("RF17539007547034", ""),  # its check figures are wrong
        ("RF18", ""),
        ("", ""),
        (f"{OTHERS} RF712348231", ""),  # two: which one is meant?
        ("RF5400001234 RF7400000001", ""),
        (f"RF5400001234 fattura {OTHERS}", "RF5400001234"),  # one of ours
    ],
)
def test_two_that_stand_there_are_none(text, meant):
    assert the_one_in(text) == meant


@given(NUMBERS, st.integers(0, 11), st.data())
def test_one_mistyped_figure_never_leads_to_another_agreement(number, place, data):
    reference = reference_for(number)
    other = data.draw(st.sampled_from([f for f in "0123456789" if f != reference[place]]))
    mistyped = reference[:place] + other + reference[place + 1 :]
    assert found_in(mistyped) == set()


@given(NUMBERS, st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4), st.booleans(), st.data())
def test_a_reference_of_ours_is_always_found_and_no_neighbours(number, before, after, upper, data):
    reference = reference_for(number)
    between = st.sampled_from(["", "", "", " ", ".", "-", "\n", "\r\n", "  "])
    written = reference[:2] + "".join(data.draw(between) + letter for letter in reference[2:])
    joint = data.draw(st.sampled_from(["", " ", "/", "\n"]))
    text = joint.join([" ".join(before), written, " ".join(after)])
    found = found_in(text.upper() if upper else text.lower())
    assert reference in found
    assert {one for one in found if len(one) == len(reference) and one[4:].isdigit()} == {reference}


@given(st.text(alphabet=st.one_of(st.sampled_from("RFrf0123456789 .\nA"), st.characters()), max_size=60))
def test_whatever_is_found_stands_there_with_right_check_digits(text):
    there = re.sub("[^0-9A-Z]", "", "".join(letter.upper() for letter in text if letter.isascii()))
    for reference in found_in(text):
        assert reference in there
        assert remainder(reference) == 1
        assert 8 <= len(reference) <= 25


@given(st.lists(WORDS, max_size=12), st.sampled_from([" ", "", "\n"]))
def test_ordinary_text_holds_none(words, between):
    assert found_in(between.join(words)) == set()
