"""What no keyboard writes is left out of words."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from portal.pages.contributions.forms import ContributionForm
from portal.ui.characters import in_one_line, sayable
from portal.ui.fields import RunningTextField


@pytest.mark.parametrize(
    "code", [0x00, 0x01, 0x08, 0x0E, 0x1F, 0x7F, 0x9F, 0x202D, 0x202E, 0xD800, 0xFFFE, 0xFFFF], ids=hex
)
def test_what_cannot_be_said_is_left_out(code):
    assert sayable(f"Fe{chr(code)}sta") == in_one_line(f"Fe{chr(code)}sta") == "Festa"


def test_what_ends_a_line_ends_it_in_a_text_and_parts_words_in_a_title():
    assert sayable("uno\r\ndue\x0btre\rquattro\tcinque") == "uno\ndue\ntre\nquattro\tcinque"
    assert in_one_line(" uno\x0bdue \x85 tre\n") == "uno due tre"


def test_letters_of_all_scripts_and_what_joins_them_stay():
    words = "Perché «sì» €\u00a0\u200f\u0645\u0646\u200c\u0632\u0644 👩\u200d👧"
    assert sayable(words) == words


def test_running_text_and_what_an_organization_proposes_come_in_clean():
    assert RunningTextField().clean("Uno\x0bdue\x00") == "Uno\ndue"
    form = ContributionForm({"title": "Festa\x0bin cortile\x01", "text": "Vieni\x02."}, kind="news")
    form.is_valid()
    assert form.cleaned_data["title"] == "Festa in cortile"
    assert form.cleaned_data["text"] == "Vieni."


@pytest.mark.parametrize(("most", "words"), [(1, "1 character at most"), (3, "3 characters at most")])
def test_how_long_a_text_may_be_is_said_in_the_right_number(most, words):
    with override("en"), pytest.raises(ValidationError, match=words):
        RunningTextField(max_length=most).clean("quattro")
