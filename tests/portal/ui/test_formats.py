"""Days that Django writes and not Babel are European in every language of ours, too."""

from datetime import date

import pytest
from django import forms
from django.utils import formats
from django.utils.translation import override

DAY = date(2026, 7, 10)


@pytest.mark.parametrize(
    ("form", "written"), [("SHORT_DATE_FORMAT", "10 Jul 2026"), ("DATE_FORMAT", "10 July 2026")]
)
def test_english_has_the_day_before_the_month(form, written):
    with override("en"):
        assert formats.date_format(DAY, form) == written


@pytest.mark.parametrize("typed", ["2026-07-10", "10/07/2026"])
def test_and_reads_it_so(typed):
    with override("en"):
        assert forms.DateField().clean(typed) == DAY
