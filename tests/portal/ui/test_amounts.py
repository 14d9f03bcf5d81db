"""Amounts in words, as each language joins them."""

import pytest
from django.utils import translation

from portal.ui.amounts import gain, hours, money


@pytest.mark.parametrize(
    ("language", "minutes", "said"),
    [
        ("it", 150, "2 ore e 30 minuti"),
        ("it", 60, "1 ora"),
        ("it", 0, "0 ore"),
        ("en", 150, "2 hours and 30 minutes"),
        ("en", -90, "−1 hour and 30 minutes"),
        ("ar", 150, "ساعتان و30 دقيقة"),
    ],
)
def test_hours_and_minutes_are_joined_as_the_language_does(language, minutes, said):
    with translation.override(language):
        assert hours(minutes) == said


def test_a_sign_stays_before_its_number_from_right_to_left_too():
    with translation.override("ar"):
        assert hours(-360).startswith("\u2066−6\u2069 ")
        assert gain(360).startswith("\u2066+6\u2069 ")
        assert gain(-360) == hours(-360)
    with translation.override("en"):
        assert (gain(60), gain(0)) == ("+1 hour", "0 hours")


@pytest.mark.parametrize(
    ("cents", "language", "written"),
    [
        (1250, "it", "12,50\N{NO-BREAK SPACE}€"),
        (125000, "it", "1.250,00\N{NO-BREAK SPACE}€"),
        (0, "it", "0,00\N{NO-BREAK SPACE}€"),
        (-5, "it", "-0,05\N{NO-BREAK SPACE}€"),
        (125000, "en", "€1,250.00"),
        (-125000, "en", "-€1,250.00"),
        (9007199254740993, "en", "€90,071,992,547,409.93"),  # more than a float could tell
        (1250, "ar", "\u2068\u200f12.50\N{NO-BREAK SPACE}€\u2069"),
        (-125000, "ar", "\u2068\u200f\u2066-1,250.00\u2069\N{NO-BREAK SPACE}€\u2069"),
    ],
)
def test_money_is_written_as_the_language_does(cents, language, written):
    with translation.override(language):
        assert money(cents) == written
