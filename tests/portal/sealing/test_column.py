"""A sealed column: opened by its row, searched by nobody, and in no list, dump or error in clear."""

import base64
import pickle
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.forms import modelform_factory
from django.test.utils import isolate_apps

from portal.sealing import Cell, KeyMissing, SealedTextField, Unreadable, destroy_key, new_key
from portal.testing.factories import UserFactory
from portal.uploads.models import VoiceNote

pytestmark = pytest.mark.django_db
SAID = "Non dorme nessuno, ogni notte."


def note(words=SAID, key=None):
    return VoiceNote.objects.create(
        owner=UserFactory(),
        draft=uuid4(),
        position=0,
        file="voice/x.m4a",
        bytes=1,
        sha256=uuid4().hex,
        seconds=1,
        key=key or new_key(),
        sealed_words=words,
    )


def cells():
    """What lies in the database, in the order of the rows' numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_words FROM portal_voicenote ORDER BY id")
        return [bytes(row[0]) for row in cursor.fetchall()]


def put(row, raw):
    VoiceNote.objects.filter(pk=row.pk).update(sealed_words=Cell(raw))


def test_what_was_written_is_read_and_lies_there_sealed():
    note()

    assert VoiceNote.objects.get().sealed_words == SAID
    assert SAID.encode() not in cells()[0]


def test_saved_again_unread_it_is_the_same_cell_and_changed_it_is_another():
    row = note()
    before = cells()
    VoiceNote.objects.get().save()
    assert cells() == before

    read = VoiceNote.objects.get()
    read.sealed_words = "Altro"
    read.save(update_fields=["sealed_words"])

    row.refresh_from_db()
    assert row.sealed_words == VoiceNote.objects.get().sealed_words == "Altro"


def test_an_empty_text_is_sealed_as_well_and_none_is_none():
    row = note("")
    assert len(cells()[0]) > 16
    assert VoiceNote.objects.get(pk=row.pk).sealed_words == ""

    assert note(None).sealed_words is None
    assert VoiceNote.objects.filter(sealed_words__isnull=True).count() == 1


def test_a_cell_put_into_another_row_does_not_open():
    key = new_key()
    one, other = note(key=key), note("Altro", key=key)
    mine, theirs = (
        VoiceNote.objects.values_list("sealed_words", flat=True).get(pk=row.pk) for row in (one, other)
    )
    put(one, theirs.raw)
    put(other, mine.raw)

    for row in (one, other):
        with pytest.raises(Unreadable):
            VoiceNote.objects.get(pk=row.pk).sealed_words  # noqa: B018


@pytest.mark.parametrize("raw", [b"", SAID.encode(), b"\x01" + bytes(60)])
def test_what_does_not_decrypt_raises_and_is_never_given_as_it_is(raw):
    put(note(), raw)

    with pytest.raises(Unreadable):
        VoiceNote.objects.get().sealed_words  # noqa: B018


def test_with_its_key_destroyed_the_row_is_there_and_says_nothing():
    destroy_key(note().key)

    there = VoiceNote.objects.get()
    with pytest.raises(KeyMissing):
        there.sealed_words  # noqa: B018
    there.delete()


@pytest.mark.parametrize(
    "lookup", ["", "__exact", "__contains", "__icontains", "__startswith", "__in", "__gt", "__length"]
)
def test_nobody_searches_in_it(lookup):
    note()
    with pytest.raises(FieldError):
        VoiceNote.objects.filter(**{f"sealed_words{lookup}": SAID}).exists()


@pytest.mark.parametrize("value", [SAID, SAID.encode()])
def test_an_update_past_the_row_is_refused(value):
    note()
    with pytest.raises(TypeError, match="sealed"):
        VoiceNote.objects.update(sealed_words=value)


def test_lists_dumps_and_forms_show_the_cell_at_most():
    note()
    (value,) = VoiceNote.objects.values_list("sealed_words", flat=True)
    assert str(value) == "<sealed>"

    (dumped,) = serializers.serialize("python", VoiceNote.objects.all())
    assert base64.b64decode(dumped["fields"]["sealed_words"]) == cells()[0]
    assert "sealed_words" not in modelform_factory(VoiceNote, fields="__all__").base_fields
    assert SAID.encode() not in pickle.dumps(VoiceNote.objects.get())


def test_many_rows_at_once_are_sealed_each_for_its_own_place():
    fields = {"owner": UserFactory(), "position": 0, "file": "x", "bytes": 1, "seconds": 1, "key": new_key()}
    VoiceNote.objects.bulk_create(
        VoiceNote(draft=uuid4(), sha256=str(n), sealed_words=f"{SAID} {n}", **fields) for n in range(3)
    )

    assert {row.sealed_words for row in VoiceNote.objects.all()} == {f"{SAID} {n}" for n in range(3)}


@pytest.mark.parametrize("wrong", [{"words": SAID}, {"key": None}])
def test_words_in_clear_beside_a_key_are_refused_by_the_database(wrong):
    note()
    with pytest.raises(IntegrityError), transaction.atomic():
        VoiceNote.objects.update(**wrong)


@isolate_apps("portal")
def test_a_row_that_is_numbered_by_the_database_is_an_error():
    class Numbered(models.Model):  # noqa: DJ008
        key = models.UUIDField()
        text = SealedTextField(sealed_by="key")

        class Meta:
            app_label = "portal"

    assert [error.id for error in Numbered._meta.get_field("text").check()] == ["portal.sealing.E001"]
