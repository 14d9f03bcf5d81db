"""Amounts in words, as each language joins them."""

import pytest
from django.utils import translation

from portal.ui.amounts import gain, hours


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
