"""Somebody with a marker in every field, file and log: a copy of their data has them all; after an erasure no table,
file, cache, log or byte of the database has any. On both databases."""

import io
import logging
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, connections

from portal.events.models import Event
from portal.extensions import PersonalData, declared
from portal.privacy import erasing, exporting
from portal.privacy.models import ErasureRequest
from portal.privacy.words import WORDS
from portal.uploads.models import Photo

from .erasures import carried_out
from .planters import PLANTERS, planted
from .reading import MACHINE, lines_of
from .searching import NOT_SEARCHED, found

# What a copy does not hold, and why.
NOT_IN_THE_COPY = {
    "text of a page": "The agency's publication: whoever may read it reads it where it stands.",
    "text of a draft": "The agency's unfinished work, for those who write its pages.",
    "note that was deleted": "Gone from the margin; the log of the pages keeps what was deleted, and forgets it.",
    "username": "A name that only machines read; it says nothing and opens nothing.",
    "password": "Kept as a digest, which is nobody's to read.",
    **{
        f"{name} photo's {what}": "Never kept: photos are stored anew without what a phone wrote into them."
        for name in ("draft", "sent", "letter", "answer", "helper's", "board's", "message")
        for what in ("description", "artist", "place", "comment")
    },
    **{
        f"{name} photo file name": "Never kept: a file is named by chance."
        for name in ("draft", "sent", "letter", "answer", "helper's", "board's", "message")
    },
    "name answered on the way in": "Waits in a session for an hour; it becomes theirs at the end of the way.",
    "address answered on the way in": "Waits in a session for an hour; it is theirs once they have confirmed it.",
    "what a browser says of itself": "Never kept: only what the browser and the system are called.",
    "address at the push service": "Whoever has it may knock at the browser; the copy names the service.",
    "key for messages on the screen": "Drawn by the browser for the portal alone; it says nothing of anybody.",
    "secret for messages on the screen": "Drawn by the browser for the portal alone; it opens a way to it.",
    "key of a passkey": "Known to the device and the portal only; it says nothing of anybody.",
    "secret of an app": "Whoever reads it can sign in; kept encrypted, and shown once.",
    "session": "What a form had begun, gone when the browser signs out.",
    "subject of a letter": "On its way to the person, and forgotten once it has left.",
    "text of a letter": "On its way to the person, and forgotten once it has left.",
    "subject of a letter sent": "Forgotten when it was sent.",
    "text of a letter sent": "Forgotten when it was sent.",
    "file name of a portrait": "An editor's own settings in the administration, where they see them.",
    "unfinished form": "An editor's own settings in the administration, where they see them.",
    "name of a token": "An editor's own settings in the administration, where they see them.",
    "address of allauth": "A table that the portal never fills; planted to see that it goes.",
    "address that was tried": "Counted as a digest only.",
    "account of a transfer": "Of whoever paid: that may be somebody who has left the household.",
    "why a transfer was put right": "Written for whoever checks the accounts.",
    "number that the banks gave a transfer": "What banks call it among themselves; it says nothing of anybody.",
    **dict.fromkeys(
        (
            "why others save otherwise",
            "why others' transfer was put right",
            *(f"{what} of a payout for others" for what in ("payee", "account", "note")),
        ),
        "Written for the agency about another household: it stands in that one's copy.",
    ),
}
# What may be found after an erasure: where it was planted: (the places where it may be, why). All else is gone.
_PAGES = r"table (wagtailcore_revision\.content|portal_newspage\.body|portal_newspage\.words|wagtailsearch_.*)|raw .*"
_PLAN = r"table community_shiftplan\.(name|text)|raw .*"
STAYS: dict[str, tuple[str, str]] = {
    "name of a plan of shifts": (
        _PLAN,
        "The work goes on with others; what it is called says nothing of who began it.",
    ),
    "words of a plan of shifts": (
        _PLAN,
        "What there is to do in a shift is told to all who come; who wrote it is named nowhere.",
    ),
    "text of a page": (
        _PAGES,
        "What the agency has published is the agency's; who wrote it is named nowhere.",
    ),
    "text of a draft": (
        _PAGES,
        "What the agency's people prepare is the agency's as well, by whomever it was begun.",
    ),
    "why others save otherwise": (
        r"table risparmio_savingsplan\.reason|raw .*",
        "A caseworker's words about another household: they are that one's, and go with it.",
    ),
    **{
        f"{what} of a payout for others": (
            rf"table risparmio_payout\.{column}|raw .*",
            "To whom another household's money was to go: that is its own, whoever of the agency wrote it down.",
        )
        for what, column in (("payee", "payee"), ("account", "iban"), ("note", "note"))
    },
    "why others' transfer was put right": (
        r"table risparmio_correction\.reason|raw .*",
        "The accounts must say why a line was put right; it goes with the household that it was about.",
    ),
    **dict.fromkeys(
        (
            "number that the banks gave a transfer",
            "account of a transfer",
            "account of the last payout",  # to which the bank says that it went
            *(
                f"{what} {line}"
                for what in ("words of", "who made")
                for line in ("a transfer", "the last payout's line")
            ),
        ),
        (
            r"a bank's file",
            "The bank's own paper is kept whole for ten years, with the accounts that it proves; the portal shows what "
            "it has read out of it, and forgets that.",
        ),
    ),
    "what a difference is": (
        r"table risparmio_explanation\.text|raw .*",
        "The accounts must say why bank and book differed, whoever of the agency wrote that down.",
    ),
    "why a till differed": (
        r"table risparmio_cashcount\.note|raw .*",
        "The accounts must say why cash was missing, whoever of the agency counted it and wrote that down.",
    ),
}


@pytest.fixture
def world(committed_db, settings, tmp_path, caplog):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    caplog.set_level(logging.INFO)
    return planted()


def leave_and_be_erased(world):
    household = world.person.household_memberships.get(until=None).household
    household.remove(world.person, by=world.elena)
    request = ErasureRequest.ask(world.person)
    request.confirm(by=world.elena)
    assert carried_out(request).state == ErasureRequest.State.DONE


def test_every_kind_of_personal_data_has_its_planter():
    assert {data.key for data in declared(PersonalData)} == set(PLANTERS), "tests/portal/privacy/planters.py"


def test_no_value_of_the_page_is_a_word_of_machines(world):
    with io.BytesIO() as file:
        exporting.write(file, world.person, language="it")
        page = zipfile.ZipFile(file).read("index.html").decode()

    lines = lines_of(page)
    assert len(lines) > 100
    assert page.count("<details") == len(declared(PersonalData)), "not everything that they have is there"
    assert [line for line in lines if MACHINE.fullmatch(line[1])] == []


def test_thirty_markers_stand_everywhere_and_after_an_erasure_nowhere(world, caplog, capfd):
    assert len(world.markers) >= 30
    kinds_without_a_row = [data.key for data in declared(PersonalData) if not list(data.export(world.person))]
    assert kinds_without_a_row == [], "their planters plant nothing that an export shows"

    # All that is the person's is in their copy.
    copy = all_of(world)
    missing = {where for where, marker in world.markers.items() if marker not in copy}
    assert missing == set(NOT_IN_THE_COPY)

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as it does by itself in time: the planner knows the values by now
    before = places_of(world)
    kept_nowhere = {where for where in world.markers if not any(where == planted for planted, _ in before)}
    assert kept_nowhere < set(NOT_IN_THE_COPY), "planted, and lost on the way"

    leave_and_be_erased(world)

    left = places_of(world)
    assert {(what, place) for what, place in left if not _may_stay(what, place)} == set()
    assert {what for what, _place in left} == set(STAYS), (
        "what is allowed to stay and does not is not to be listed"
    )
    assert Photo.objects.filter(owner=world.elena).count() == 1, "what is somebody else's stays"
    files = {path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    others = Photo.objects.filter(owner=world.elena)
    assert files == {Path(file.path) for photo in others for file in (photo.file, photo.small)}
    assert not [where for where, marker in world.markers.items() if marker in caplog.text]
    out, err = capfd.readouterr()
    assert not [where for where, marker in world.markers.items() if marker in out + err]


def _may_stay(what, place) -> bool:
    return what in STAYS and re.fullmatch(STAYS[what][0], place) is not None


def all_of(world) -> str:
    with io.BytesIO() as file:
        exporting.write(file, world.person, language="en")
        archive = zipfile.ZipFile(file)
        page = archive.read("index.html").decode()
        data = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("data/"))
    for where, marker in world.markers.items():
        assert (marker in page) == (marker in data), f"the page and the JSON differ in {where}"
    return data


def places_of(world, *, raw: bool = True) -> set[tuple[str, str]]:
    """(where it was planted, where it is found)."""
    where = {marker: place for place, marker in world.markers.items()}
    connections.close_all()
    return {(where[marker], place) for marker, place in found(where, raw=raw)}


def test_every_key_of_a_copy_has_words(world):
    """Otherwise the page shows the English of the code: PersonalData.labels, or portal/privacy/words.py."""
    without = {
        f"{data.key}: {key}"
        for data in declared(PersonalData)
        for row in data.export(world.person)
        for key in row
        if key not in data.labels and key not in WORDS
    }
    assert without == set()


# -- that it can fail ----------------------------------------------------------------------------------------

MARKER = "mrkforgotten00001"


def in_a_facts_data(world):
    kind = ContentType.objects.get_for_model(world.person)
    Event.objects.create(kind="x", content_type=kind, object_id="1", data={"code": MARKER})


def in_a_table_that_no_model_knows(world):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_over (note text)")
        cursor.execute("INSERT INTO left_over VALUES (%s)", [f"about {MARKER.upper()}"])


def in_a_file(world):
    (Path(django_settings.MEDIA_ROOT) / "private" / "note.txt").write_text(MARKER)


def in_the_name_of_a_file(world):
    (Path(django_settings.MEDIA_ROOT) / f"{MARKER}.txt").write_text("")


def in_the_cache(world):
    cache.set("a fragment", f"<p>{MARKER}</p>")


def in_a_session(world):
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store["draft"] = MARKER
    store.save()


def in_a_row_that_was_deleted(world):
    """The rows are gone; the bytes are not. PostgreSQL's are: VACUUM FULL is part of looking."""
    if connection.vendor == "postgresql":
        pytest.skip("dead rows are thrown away before looking, as an installation's VACUUM does in time")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE brief (note text)")
        cursor.execute("INSERT INTO brief VALUES (%s)", [MARKER])
        cursor.execute("DELETE FROM brief")


UNLISTED = [
    in_a_facts_data,
    in_a_table_that_no_model_knows,
    in_a_file,
    in_the_name_of_a_file,
    in_the_cache,
    in_a_session,
    in_a_row_that_was_deleted,
]


@pytest.mark.parametrize("plant", UNLISTED, ids=lambda plant: plant.__name__)
def test_what_is_planted_in_an_unlisted_place_is_found(world, plant):
    assert not found([MARKER])

    plant(world)

    assert found([MARKER])


def test_an_app_that_forgets_nothing_is_found_out(world, monkeypatch):
    keeps = [data for data in erasing.in_order() if data.key != "manutenzione.Ticket"]
    monkeypatch.setattr(erasing, "in_order", lambda: keeps)

    leave_and_be_erased(world)

    assert {where for where, _ in places_of(world)} >= {"text of a report", "text of a report taken back"}


def test_what_is_not_searched_says_why():
    assert all(len(reason.split()) > 8 for reason in NOT_SEARCHED.values())
    assert all(len(reason.split()) > 4 for reason in NOT_IN_THE_COPY.values())
    assert all(len(reason.split()) > 8 for _places, reason in STAYS.values())
