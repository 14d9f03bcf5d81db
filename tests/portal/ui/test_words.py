"""Words and numbers side by side, as each language writes them."""

from datetime import time

import pytest
from django.utils import translation

from portal.templatetags.people import phone
from portal.ui.main_desk import MainDesk
from portal.ui.words import listed, unbroken


@pytest.mark.parametrize(("language", "said"), [("it", "1, due"), ("en", "1, due"), ("ar", "1، due")])
def test_a_list_has_the_commas_of_its_language(language, said):
    with translation.override(language):
        assert listed([1, "due"]) == said


def test_nothing_is_listed_as_nothing():
    assert listed([]) == ""


def test_the_hours_of_the_desk_have_arabic_commas_for_who_reads_arabic():
    morning, afternoon = (time(9), time(12, 30)), (time(14, 30), time(17))
    desk = MainDesk(times=((2, *morning), (2, *afternoon)))

    with translation.override("ar"):
        hours = desk.hours
    assert "، " in hours
    assert "," not in hours
    with translation.override("it"):
        assert ", " in desk.hours


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+390200000101", "02 0000 0101"),
        ("+40210000155", "+40 21 000 0155"),
        ("chiedi a Rosa", "chiedi a Rosa"),
    ],
)
def test_no_line_ends_within_a_number(number, shown):
    assert phone(number) == unbroken(shown) == shown.replace(" ", "\N{NO-BREAK SPACE}")
