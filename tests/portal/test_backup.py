"""`make backup` and `make restore`: everything comes back as it was, or nothing is touched."""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
from pathlib import Path

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import Locale

from portal.management import archive, databases
from portal.notifications.push.models import PushSubscription
from portal.people.mail import deliver
from portal.privacy import erasing
from portal.privacy.models import DataExport, ErasureRequest
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory
from tests.harness import templates
from tests.harness.backups import members
from tests.harness.server import PortalServer

PHOTO = b"\xff\xd8\xff\xe0" + os.urandom(200_000) + b"\xff\xd9"


pytestmark = pytest.mark.usefixtures("backup_tools")


@pytest.fixture
def var(committed_db, tmp_path, settings):
    """An installation with people's rows and a photo in its private place."""
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    photo = settings.MEDIA_ROOT / "private" / "photos" / "ab" / "abcdef.jpg"
    photo.parent.mkdir(parents=True, mode=0o700)
    photo.write_bytes(PHOTO)
    photo.chmod(0o600)
    Locale.objects.create(language_code="ar")
    return tmp_path


def backup(var: Path) -> Path:
    call_command("backup", stdout=io.StringIO())
    return max((var / "backups").glob("*.tar.gz"))


def restore(path: Path) -> None:
    call_command("restore", str(path), stdout=io.StringIO())


def languages() -> set[str]:
    return set(Locale.objects.values_list("language_code", flat=True))


def files(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


def test_a_backup_brings_rows_and_photos_back(var):
    before, photos = languages(), files(var / "media")
    path = backup(var)

    Locale.objects.filter(language_code="ar").delete()
    Locale.objects.create(language_code="en")
    for photo in (var / "media").rglob("*.jpg"):
        photo.write_bytes(b"encrypted by somebody else")
    (var / "media" / "ransom.txt").write_text("pay")
    restore(path)

    assert languages() == before
    assert files(var / "media") == photos


def test_a_backup_serves_on_an_empty_machine(var):
    before = languages()
    path = backup(var).rename(var / "elsewhere.tar.gz")
    if connection.vendor == "sqlite":
        connection.close()
        for file in Path(connection.settings_dict["NAME"]).parent.glob("portal.sqlite3*"):
            file.unlink()
    (var / "media").rename(var / "lost")

    restore(path)

    assert languages() == before
    assert files(var / "media") == files(var / "lost")


def test_what_was_there_before_a_restore_is_kept_aside(var):
    path = backup(var)
    (var / "media" / "later.jpg").write_bytes(b"taken after the backup")

    restore(path)

    kept = next(var.glob("before-restore-*"))
    assert (kept / "media" / "later.jpg").read_bytes() == b"taken after the backup"
    assert any(file.stat().st_size for file in kept.glob("portal.*"))
    assert not (var / "media" / "later.jpg").exists()


def test_a_backup_is_for_the_eyes_of_its_owner_and_so_is_a_restored_photo(var):
    path = backup(var)
    restore(path)

    assert path.stat().st_mode & 0o077 == 0
    photo = next((var / "media" / "private").rglob("*.jpg"))
    assert photo.stat().st_mode & 0o077 == 0
    assert (var / "media" / "private").stat().st_mode & 0o077 == 0


def test_a_backup_carries_no_secret(var):
    (var / "secret").write_text("the installation's own")
    (var / "vapid").write_text("what signs its messages")
    with tarfile.open(backup(var)) as tar:
        assert not [name for name in tar.getnames() if "secret" in name or "vapid" in name]


def signed_in(person) -> SessionStore:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session.save()
    return session


def told(person, session) -> PushSubscription:
    """A device that is told of news as long as that session lasts."""
    where = "https://fcm.googleapis.com/fcm/send/the-phone-of-somebody"
    return PushSubscription.subscribe(person, session.session_key, endpoint=where, p256dh="-", auth="-")


def test_a_backup_carries_nobodys_sign_in_and_no_code_that_waits_to_be_sent(var):
    session = signed_in(UserFactory())
    told(UserFactory(), session)
    deliver.enqueue(None, "Your code", "54-81-07-36")

    (content,) = (held for name, held in members(backup(var)).items() if name.startswith("database/"))

    assert b"portal_user" in content
    assert session.session_key.encode() not in content
    assert b"54-81-07-36" not in content
    assert b"the-phone-of-somebody" not in content


def test_a_restore_brings_no_ended_sign_in_back(var):
    session = signed_in(UserFactory())
    told(UserFactory(), session)
    path = backup(var)
    session.flush()

    still = signed_in(UserFactory())
    restore(path)

    assert not SessionStore().exists(session.session_key)
    assert not SessionStore(still.session_key).load()
    assert not PushSubscription.objects.exists()


def cut_short(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_its_end(path):
    path.write_bytes(path.read_bytes()[:-12])


def with_a_flipped_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def no_archive_at_all(path):
    path.write_bytes(b"<html>Not found</html>")


def empty(path):
    path.write_bytes(b"")


def repacked(path, change):
    """The same archive with its members changed and every checksum of tar and gzip right again."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    change(members)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    path.write_bytes(gzip.compress(raw.getvalue()))


def the_photo(members):
    return next(name for name in members if name.endswith(".jpg"))


def with_another_photo(path):
    repacked(path, lambda members: members.update({the_photo(members): b"another"}))


def without_the_photo(path):
    repacked(path, lambda members: members.pop(the_photo(members)))


def with_a_file_too_many(path):
    repacked(path, lambda members: members.update({"media/more.jpg": b"more"}))


def with_a_file_outside(path):
    repacked(path, lambda members: members.update({"media/../../outside.txt": b"gotcha"}))


def without_a_manifest(path):
    repacked(path, lambda members: members.pop(archive.MANIFEST))


def of_a_later_format(path):
    def later(members):
        manifest = json.loads(members[archive.MANIFEST])
        members[archive.MANIFEST] = json.dumps({**manifest, "format": 99}).encode()

    repacked(path, later)


def of_another_engine(path):
    def other(members):
        manifest = json.loads(members[archive.MANIFEST])
        members[archive.MANIFEST] = json.dumps({**manifest, "engine": "oracle"}).encode()

    repacked(path, other)


@pytest.mark.parametrize(
    "damage",
    [
        cut_short,
        without_its_end,
        with_a_flipped_bit,
        no_archive_at_all,
        empty,
        with_another_photo,
        without_the_photo,
        with_a_file_too_many,
        with_a_file_outside,
        without_a_manifest,
        of_a_later_format,
        of_another_engine,
    ],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_backup_is_refused_and_nothing_changes(var, damage):
    path = backup(var)
    damage(path)
    Locale.objects.create(language_code="en")
    before, photos = languages(), files(var / "media")

    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(path)

    assert languages() == before
    assert files(var / "media") == photos
    assert not list(var.glob("before-restore-*"))
    assert not list(var.glob(".restore-*"))
    assert not (var.parent / "outside.txt").exists()


def test_a_database_that_cannot_be_put_back_leaves_rows_and_photos(var, monkeypatch):
    path = backup(var)
    (var / "media" / "later.jpg").write_bytes(b"taken after the backup")
    before, photos = languages(), files(var / "media")

    def refuse(database):
        raise CommandError("The database is in use")

    monkeypatch.setattr("portal.management.databases.put", refuse)
    with pytest.raises(CommandError, match="in use"):
        restore(path)

    assert languages() == before
    assert files(var / "media") == photos


def test_a_backup_that_fails_leaves_no_half_file(var, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda descriptor: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        call_command("backup", stdout=io.StringIO())
    assert list((var / "backups").iterdir()) == []


def test_restoring_a_file_that_is_not_there_says_so(var):
    with pytest.raises(CommandError, match="There is no file"):
        restore(var / "nowhere.tar.gz")


# -- the whole demo ------------------------------------------------------------------------------------------


def tables(server: PortalServer) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and their fingerprint."""
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    }
    found = {}
    for (name,) in server.rows(names[connection.vendor]):
        rows = sorted(map(repr, server.rows(f'SELECT * FROM "{name}"')))
        found[name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def test_a_demo_comes_back_whole_on_an_empty_machine_and_serves_its_photos():
    with templates.copied("demo") as demo, templates.bare() as place:
        demo.manage("backup")
        place.manage("restore", str(next((demo.var / "backups").glob("*.tar.gz"))))

        server = PortalServer(place)
        before, after = tables(PortalServer(demo)), tables(server)
        assert before["manutenzione_ticket"][0] == 60
        assert {name: after.pop(name)[0] for name in databases.LEFT_OUT} == dict.fromkeys(
            databases.LEFT_OUT, 0
        )
        assert after == {name: rows for name, rows in before.items() if name not in databases.LEFT_OUT}
        kept = {name: file for name, file in files(demo.var / "media").items() if not name.endswith(".zip")}
        assert files(place.var / "media") == kept != {}

        ((number, photo),) = server.rows(
            "SELECT ticket.number, photo.file FROM portal_photo AS photo"
            " JOIN manutenzione_ticket AS ticket ON CAST(ticket.id AS text) = photo.object_id"
            " JOIN django_content_type AS kind ON kind.id = photo.content_type_id AND kind.model = 'ticket'"
            " ORDER BY photo.id LIMIT 1"
        )
        try:
            server.start()
            desk = server.sign_in("maintenance")
            page = desk.get(f"{server.url}/manutenzione/{number}/", timeout=30).text
            shown = {
                desk.get(f"{server.url}{address}", timeout=30).content
                for address in re.findall(r'href="(/photos/[^"]+)"', page)
            }
        finally:
            server.stop()
        assert (demo.var / "media" / "private" / photo).read_bytes() in shown


def test_whoever_was_erased_since_the_backup_is_erased_again(var):
    person = UserFactory(display_name="Samira Haddad", email="samira@abitare.example")
    path = backup(var)
    now = timezone.now()
    request = ErasureRequest.objects.create(
        person=person, state=ErasureRequest.State.CONFIRMED, asked_at=now, due_at=now, confirmed_at=now
    )
    erasing.carry_out.call(request.pk)
    (var / "erased.jsonl").unlink()  # the database that is about to go knows it as well

    restore(path)

    person.refresh_from_db()
    assert (person.display_name, person.email) == ("—", None)
    assert erasing.erase_again() == 0


def test_copies_of_somebodys_data_are_in_no_backup(var):
    export = DataExport.ask(UserFactory(), language="it")
    work_off()
    export.refresh_from_db()
    assert export.file.storage.exists(export.file.name)

    path = backup(var)
    with tarfile.open(path) as tar:
        assert not [name for name in tar.getnames() if name.endswith(".zip")]
    restore(path)

    assert not DataExport.objects.exists()
