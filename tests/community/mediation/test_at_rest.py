"""Where what is said lies: nowhere in clear, and nowhere at all once its key is destroyed."""

import logging
import shutil
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from community.mediation.agreements import PartysAnswer
from community.mediation.destroying import destroy
from community.mediation.diary import Diary
from community.mediation.glass import BrokenGlass
from community.mediation.models import Case, Story
from community.mediation.rooms import Word
from community.testing import mediation_saying
from portal.sealing import Cell, KeyMissing, Unreadable, data_key
from portal.sealing.keys import data_keys
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo, VoiceNote, claim
from tests.harness.backups import members
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

MARKER = "zaffiroquieto"


@pytest.fixture
def lived(committed_db, caplog, settings):
    """A case with that marker in every field, a photo and a voice note; on a database where commits are real."""
    caplog.set_level(logging.DEBUG)
    settings.PORTAL_KEYS = committed_db.var / "keys"
    settings.MEDIA_ROOT = committed_db.var / "media"
    case = mediation_saying(MARKER)
    party = case.parties.get(has_asked=True)
    draft = uuid4()
    Photo.keep(photo(), owner=party.person, draft=draft, limit=1, key=case.key)
    VoiceNote.keep(recording(), owner=party.person, draft=draft, limit=1, key=case.key)
    word = party.room.say(by=party.person, client_id=draft, text=MARKER)
    claim(draft, party.person, word)
    claim(draft, party.person, word, kind=VoiceNote)
    VoiceNote.objects.get().say(MARKER)
    BrokenGlass.ask(case, by=UserFactory(roles=["portal.administrator"]), reason="life", words=MARKER)
    answered(case)
    return Case.objects.get(pk=case.pk)


def answered(case) -> None:
    """All have accepted what is on the table, and one of them says how it goes."""
    version = case.versions.get()
    people = [party.person for party in case.parties.all()]
    for person in people:
        version.accept(by=person, digest=version.digest)
    follow_up = case.follow_ups.first()
    follow_up.ask()
    follow_up.answer(by=people[0], kept={point.id: "partly" for point in version.points}, note=MARKER)


def everything_in_the_database() -> bytes:
    """Every cell of every table."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                rows += [
                    bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode()
                    for cell in row
                ]
    return b"\n".join(rows)


def everything_below(directory) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def test_no_table_no_file_and_no_line_of_the_log_holds_it(lived, committed_db, caplog):
    said = (
        lived.story.told,
        lived.glasses.get().words,
        PartysAnswer.objects.get().note,
        VoiceNote.objects.get().says,
    )
    assert set(said) == {MARKER}
    assert MARKER.encode() not in everything_in_the_database()
    assert MARKER not in caplog.text
    # The database's own file with its log of what was written, the media, and the keys.
    below = everything_below(committed_db.var)
    assert MARKER.encode() not in below
    assert b"\xff\xd8\xff" not in everything_below(committed_db.var / "media")


@pytest.mark.usefixtures("backup_tools")
def test_no_backup_holds_it_nor_any_key(lived, committed_db, tmp_path):
    committed_db.manage("backup", "--to", str(tmp_path))
    (archive,) = tmp_path.glob("*.tar.gz")
    held = members(archive)
    content = b"".join(held.values())
    assert Case._meta.db_table.encode() in content
    assert MARKER.encode() not in content
    assert [name for name in held if "keys" in name or lived.key.hex in name.replace("-", "")] == []


def test_destroyed_it_is_gone_even_for_whoever_has_the_master_key_and_an_old_copy(lived, committed_db):
    """The cells of before, and every key file that is left: nothing opens them."""
    words = list(Word.objects.filter(room__case=lived))
    places = Word._meta.get_field("text")
    old = {places.place_of(word): raw(word) for word in words}
    opened = {data_key(lived.key).unseal(cell, place=place) for place, cell in old.items()}
    assert opened == {MARKER.encode()}
    for sent, names in ((Photo.objects.get(), Photo.files), (VoiceNote.objects.get(), VoiceNote.files)):
        for name in names:
            place = f"{sent._meta.db_table}|{name}|{sent.pk}"
            with getattr(sent, name).open() as file:
                old[place] = Cell(file.read())
            assert data_key(lived.key).unseal(old[place], place=place) == sent.content(name)
    case = Case.objects.get(pk=lived.pk)
    key = case.key
    Case.objects.filter(pk=case.pk).update(
        state="closed", outcome="agreement", closed_at=timezone.now() - timedelta(days=200)
    )
    destroy(Case.objects.get(pk=case.pk))

    assert not Word.objects.filter(room__case=lived).exists()
    assert not Story.objects.filter(case=lived).exists()
    with pytest.raises(KeyMissing):
        data_key(key)
    left = list(data_keys())
    assert left == [Diary.objects.get().key]  # which is its author's
    for number in left:
        for place, cell in old.items():
            with pytest.raises(Unreadable):
                data_key(number).unseal(cell, place=place)
    after = Case.objects.get(pk=lived.pk)
    assert (after.outcome, after.intake, after.invitation) == ("agreement", None, None)


def raw(word) -> Cell:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM community_word WHERE id = %s", [stored(word.pk)])
        return Cell(bytes(cursor.fetchone()[0]))


def stored(pk) -> str:
    """A UUID as the database writes it."""
    return str(pk) if connection.vendor == "postgresql" else pk.hex


def test_two_cells_that_changed_places_do_not_open(lived):
    one, other = Word.objects.filter(room__case=lived)[:2]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, text FROM community_word WHERE id IN (%s, %s)", [stored(one.pk), stored(other.pk)]
        )
        cells = {str(row[0]).replace("-", ""): row[1] for row in cursor.fetchall()}
        for mine, theirs in ((one, other), (other, one)):
            cursor.execute(
                "UPDATE community_word SET text = %s WHERE id = %s", [cells[theirs.pk.hex], stored(mine.pk)]
            )
    for word in (one, other):
        with pytest.raises(Unreadable):
            _ = Word.objects.get(pk=word.pk).text


def test_a_wrong_key_raises_and_gives_nothing_in_its_place(lived, committed_db):
    files = {path.name: path for path in (committed_db.var / "keys" / "data").glob("*/*")}
    key, other = files[str(lived.key)], files[str(Diary.objects.get().key)]
    kept = key.read_bytes()
    shutil.copyfile(other, key)
    with pytest.raises(Unreadable):
        _ = Story.objects.get(case=lived).told
    key.unlink()
    with pytest.raises(KeyMissing):
        _ = Story.objects.get(case=lived).told
    key.write_bytes(kept)
    assert Story.objects.get(case=lived).told == MARKER
