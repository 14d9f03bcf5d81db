"""What conversations know about somebody goes: with the person, with the thing, and two years after the last word."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from community.conversations.models import Conversation, Message
from community.conversations.privacy import (
    RETENTION,
    erase_marks,
    erase_messages,
    expire_messages,
    export_messages,
)
from community.testing import said
from portal.uploads.models import Photo, claim
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db


def test_a_copy_holds_ones_own_words_alone(ticket, reporter, repairs):
    said(ticket, reporter, "Quando passate?")
    said(ticket, repairs, "Domani.")

    assert [row["text"] for row in export_messages(reporter)] == ["Quando passate?"]


def test_whoever_is_erased_leaves_a_trace_without_words_and_name(ticket, talk, reporter, repairs):
    message = said(ticket, reporter, "Il mio numero è 333")
    draft = uuid4()
    Photo.keep(photo(), owner=reporter, draft=draft, limit=5)
    claim(draft, reporter, message)
    said(ticket, repairs, "Grazie.")

    assert erase_messages(reporter) == 1
    assert erase_marks(reporter) == 1

    first, second = talk.messages.all()
    assert (first.author, first.text, bool(first.deleted_at)) == (None, "", True)
    assert second.text == "Grazie."
    assert not Photo.objects.exists()


def test_two_years_after_the_last_word_a_conversation_is_forgotten(ticket, talk, reporter):
    said(ticket, reporter)
    before = timezone.now() - RETENTION
    assert expire_messages(before) == 0

    Conversation.objects.update(last_at=before - timedelta(days=1))

    assert expire_messages(before) == 1
    assert not Message.objects.exists()
