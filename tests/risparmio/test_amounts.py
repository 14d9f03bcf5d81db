"""Amounts as people type and read them."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.amounts import money
from risparmio.amounts import (
    EMPTY,
    LARGEST,
    NOTHING,
    PART_OF_A_CENT,
    SIGNED,
    TOO_LARGE,
    UNCLEAR,
    UNREADABLE,
    AmountField,
    NoAmount,
    parse,
    plain,
)

LANGUAGES = ["it", "en", "ar"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("12,50", 1250),
        ("12.50", 1250),
        ("12.5", 1250),
        ("1.25", 125),
        ("1,25", 125),
        ("0,01", 1),
        ("0.5", 50),
        ("007", 700),
        ("1250", 125000),
        ("1.250,00", 125000),
        ("1,250.00", 125000),
        ("1.250,5", 125050),
        ("1 250,00", 125000),
        ("1 250", 125000),
        ("1\N{NO-BREAK SPACE}250,00", 125000),
        ("1\N{NARROW NO-BREAK SPACE}250", 125000),
        ("1.250.000", 125000000),
        ("1,250,000.10", 125000010),
        ("€ 12,50", 1250),
        ("€12,50", 1250),
        ("12,50 €", 1250),
        ("12,50€", 1250),
        ("  12,50\n", 1250),
        ("١٢٫٥٠", 1250),
        ("١٢،٥٠", 1250),
        ("١٬٢٥٠", 125000),
        ("١٬٢٥٠٫٥٠", 125050),
        ("۱۲٫۵", 1250),
        ("１２，５０", 1250),
        ("１２．５０", 1250),
        ("\u200f12.50\N{NO-BREAK SPACE}€", 1250),
        ("\u206612,50\u2069 €", 1250),
        ("99999999,99", LARGEST),
        ("99.999.999,99", LARGEST),
    ],
)
def test_these_are_amounts_in_every_language(text, cents, language):
    assert parse(text, language) == cents


@pytest.mark.parametrize(
    ("text", "language", "cents"),
    [
        ("1.250", "it", 125000),
        ("12.505", "it", 1250500),
        ("1,250", "en", 125000),
        ("12,505", "en", 1250500),
        ("1,250", "ar", 125000),
    ],
)
def test_three_figures_after_the_languages_own_mark_are_thousands(text, language, cents):
    assert parse(text, language) == cents


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1,250", "it"),
        ("12,505", "it"),
        ("1.250", "en"),
        ("1.250", "ar"),
        ("١،٢٥٠", "ar"),
        ("١،٢٥٠", "it"),
    ],
)
def test_three_figures_after_another_mark_are_asked_again(text, language):
    assert refusal(text, language) is UNCLEAR


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", EMPTY),
        (" \n", EMPTY),
        ("\u200f", EMPTY),
        ("12,5,0", UNREADABLE),
        ("1.25,00", UNREADABLE),
        ("1.250.00", UNREADABLE),
        ("1 250 00", UNREADABLE),
        ("1.250 000", UNREADABLE),
        ("1\n250", UNREADABLE),
        ("1  250", UNREADABLE),
        ("12 50", UNREADABLE),
        ("12..5", UNREADABLE),
        ("12,", UNREADABLE),
        (",50", UNREADABLE),
        ("NaN", UNREADABLE),
        ("Infinity", UNREADABLE),
        ("1e3", UNREADABLE),
        ("1e18", UNREADABLE),
        ("0x10", UNREADABLE),
        ("1_000", UNREADABLE),
        ("12²", UNREADABLE),
        ("½", UNREADABLE),
        ("dodici", UNREADABLE),
        ("€", UNREADABLE),
        ("€ 12 €", UNREADABLE),
        ("12 $", UNREADABLE),
        ("12-50", UNREADABLE),
        ("12\x00", UNREADABLE),
        ("-5", SIGNED),
        ("+5", SIGNED),
        ("−5", SIGNED),
        ("€ -5", SIGNED),
        ("-€5", SIGNED),
        ("0", NOTHING),
        ("0,00", NOTHING),
        ("000", NOTHING),
        ("0,005", PART_OF_A_CENT),
        ("0.005", PART_OF_A_CENT),
        ("12,5055", PART_OF_A_CENT),
        ("1234,505", PART_OF_A_CENT),
        ("١٫٢٥٠", PART_OF_A_CENT),
        ("100000000", TOO_LARGE),
        ("100.000.000,00", TOO_LARGE),
        ("1000000000000000000", TOO_LARGE),
        ("9" * 6000, TOO_LARGE),
    ],
    ids=lambda value: value[:20].encode("unicode_escape").decode() if isinstance(value, str) else "",
)
def test_these_are_none_and_the_reason_is_said(text, reason, language):
    assert refusal(text, language) is reason


def test_the_refusal_is_a_value_error_that_speaks():
    with (
        translation.override("en"),
        pytest.raises(ValueError, match=r"^Write the amount without plus or minus\.$"),
    ):
        parse("-5", "en")


@given(st.integers(1, LARGEST), st.sampled_from(LANGUAGES))
def test_what_we_write_is_read_as_the_same(cents, language):
    with translation.override(language):
        assert parse(money(cents), language) == cents
    assert parse(plain(cents), language) == cents


@given(st.text(alphabet="0123456789.,٬٫، €-+١٢e\u200f", max_size=14), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_an_amount_within_bounds_or_refused(text, language):
    try:
        cents = parse(text, language)
    except NoAmount:
        return
    assert type(cents) is int
    assert 0 < cents <= LARGEST
    figures = "".join(str(int(letter)) for letter in text if letter.isdigit()).lstrip("0")
    assert str(cents).rstrip("0") == figures.rstrip("0")  # no figure is lost, none invented


@pytest.mark.parametrize(
    ("cents", "written"),
    [(0, "0.00"), (5, "0.05"), (1250, "12.50"), (-5, "-0.05"), (-1250, "-12.50"), (LARGEST, "99999999.99")],
)
def test_machines_get_a_point_and_two_figures(cents, written):
    assert plain(cents) == written


class Deposit(forms.Form):
    amount = AmountField(min_cents=500, max_cents=300000)


class Gift(forms.Form):
    amount = AmountField(required=False)


@pytest.mark.parametrize(
    ("language", "typed", "cents"),
    [("it", "1.250", 125000), ("en", "1,250", 125000), ("it", "5", 500), ("it", "3000", 300000)],
)
def test_a_form_gives_cents_in_the_readers_language(language, typed, cents):
    with translation.override(language):
        form = Deposit({"amount": typed})
        assert form.is_valid()
    assert form.cleaned_data == {"amount": cents}


@pytest.mark.parametrize(
    ("typed", "said", "code"),
    [
        ("", "Write an amount.", "required"),
        ("12,5,0", "This is no amount. Write it in figures, for example 12.50.", "invalid"),
        ("4.99", "Write €5.00 at least.", "min_cents"),
        ("3000.01", "Write €3,000.00 at most.", "max_cents"),
        ("1000000000000000000", "This amount is too large.", "invalid"),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(typed, said, code):
    with translation.override("en"):
        form = Deposit({"amount": typed})
        assert form.errors.as_data()["amount"][0].code == code
        assert form.errors["amount"] == [said]
        assert form["amount"].value() == typed


def test_an_amount_may_be_left_out_where_nobody_has_to_give_one():
    form = Gift({"amount": "  "})
    assert form.is_valid()
    assert form.cleaned_data == {"amount": None}


def test_a_phone_shows_its_keyboard_of_figures():
    drawn = str(Deposit()["amount"])
    for attribute in ('inputmode="decimal"', 'autocomplete="off"', 'dir="ltr"', 'type="text"'):
        assert attribute in drawn


@pytest.mark.parametrize(("language", "shown"), [("it", "1250,00"), ("en", "1250.00"), ("ar", "1250.00")])
def test_an_initial_amount_is_shown_as_one_would_type_it(language, shown):
    with translation.override(language):
        form = Deposit({"amount": shown}, initial={"amount": 125000})
        assert re.search(f'value="{re.escape(shown)}"', str(Deposit(initial={"amount": 125000})["amount"]))
        assert form.is_valid()
        assert not form.has_changed()


def refusal(text: str, language: str) -> object:
    with pytest.raises(NoAmount) as refused:
        parse(text, language)
    return refused.value.reason
