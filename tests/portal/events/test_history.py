"""What a history tells, and to whom."""

import pytest
from django.template import Context, Template

from portal.events import history_of, record
from portal.extensions import EventKind
from portal.testing.factories import HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "tests.note.whispered"


@pytest.fixture
def household(declare, note_kind):
    """With a note that anybody may read who sees the household, and one that not everybody may."""
    declare(EventKind(key=SECRET, sentence="%(actor)s whispered", confidential=True))
    household = HouseholdFactory()
    for kind in (note_kind, SECRET):
        record(kind, household, by=UserFactory(display_name="Anna"))
    return household


def shown(about):
    return Template("{% load ui %}{% history about %}").render(Context({"about": about}))


def test_who_sees_an_object_is_not_told_what_is_confidential(household, note_kind):
    assert [event.kind for event in history_of(household)] == [note_kind]


def test_who_may_know_is_told_all_in_order(household, note_kind):
    assert [event.kind for event in history_of(household, confidential=True)] == [note_kind, SECRET]


def test_a_page_shows_it_only_where_its_view_says_so(household):
    assert "Anna wrote a note" in shown(household)
    assert "whispered" not in shown(household)
    assert "Anna whispered" in shown(history_of(household, confidential=True))
