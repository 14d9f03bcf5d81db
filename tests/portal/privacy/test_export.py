"""A copy of all that concerns a person: made in the background, once at a time, for that person and nobody else."""

import io
import json
import re
import time
import zipfile

import pytest
import time_machine
from django.http import HttpResponseForbidden
from django.utils import timezone

from portal.access.step_up import STEP_UP_UNTIL
from portal.extensions import PersonalData, PersonalFile, declared
from portal.notifications.models import Notification
from portal.privacy import exporting
from portal.privacy.models import EXPORT_LIFE, SILENCE, DataExport
from portal.privacy.schedules import sweep_exports
from portal.tasks.worker import work_off
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from portal.uploads.models import Photo
from tests.portal.privacy.reading import lines_of
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo

State = DataExport.State
PAGE = "/account/dati/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "private" / "exports"


def fresh(client):
    step_up_now(client)


@pytest.fixture
def samira(client):
    person = tenant_of(BuildingFactory(), display_name="Samira Haddad", language="ar")
    Photo.keep(photo("scala.jpg"), owner=person, draft="0" * 32, limit=5)
    client.force_login(person)
    fresh(client)
    return person


def made(person, language="it"):
    export = DataExport.ask(person, language=language)
    work_off()
    export.refresh_from_db()
    return export


def archive_of(export):
    with export.file.open() as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


pytestmark = pytest.mark.django_db


def test_a_copy_is_asked_for_made_and_taken(client, samira, committing):
    with committing():
        client.post(PAGE, {"action": "copy"})
    with committing():
        work_off()
    export = DataExport.objects.get(person=samira)
    assert export.is_ready

    answer = client.get(f"{PAGE}{export.pk}/scarica/")

    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    assert re.search(r'filename="abitare-\d{4}-\d\d-\d\d\.zip"', answer.headers["Content-Disposition"])
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert Notification.objects.filter(person=samira, event__kind="portal.data.ready").exists()


def test_it_holds_every_kind_with_its_reason_and_its_files(samira):
    archive = archive_of(made(samira))

    for data in declared(PersonalData):
        told = json.loads(archive.read(f"data/{data.key}.json"))
        assert (told["key"], bool(told["reason"])) == (data.key, True)
        assert told["kept_days"] == (data.retention.days if data.retention else None)
    (picture,) = [name for name in archive.namelist() if name.startswith("files/portal.Photo/")]
    assert archive.read(picture).startswith(b"\xff\xd8")
    assert f'src="{picture}"' in archive.read("index.html").decode()


def test_its_page_begins_with_the_person_and_counts_the_rest(samira):
    page = archive_of(made(samira, language="en")).read("index.html").decode()
    first, *others = re.findall(r"<h2>(.*?)</h2>", page.partition("</nav>")[2])

    assert first == "You and your data"
    assert "Belonging to a household (1)" in others
    assert "People" not in page


def test_its_page_needs_nothing_from_elsewhere_and_reads_from_the_right(samira):
    page = archive_of(made(samira, language="ar")).read("index.html").decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert "Samira Haddad" in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//|@import|url\(|<script""", page)
    linked = re.findall(r'(?:src|href)="([^"#][^"]*)"', page)
    assert all(name.startswith("files/") for name in linked)


def test_what_somebody_wrote_is_text_on_the_page(samira):
    samira.display_name = "<script>alert(1)</script>"
    samira.save()

    assert "<script" not in archive_of(made(samira)).read("index.html").decode()


def test_days_and_times_are_written_as_people_do(samira):
    page = archive_of(made(samira, language="it")).read("index.html").decode()

    assert not re.search(r"\d{4}-\d\d-\d\dT", page)


def test_what_is_chosen_from_a_list_is_said_as_the_list_says_it(samira, committing):
    samira.contact_phone = "+390200000113"
    samira.save()
    with committing():
        made(samira)  # and told in the portal that it is ready
    page = archive_of(made(samira, language="it")).read("index.html").decode()
    lines = lines_of(page)

    words = {value for _label, value in lines}
    assert {"nel portale", "العربيّة", "02 0000 0113"} <= words
    assert '<bdi dir="ltr">02 0000 0113</bdi>' in page
    assert any(re.fullmatch(r"[\d,.]+\xa0(bytes?|KB)", value) for value in words)


def test_the_copy_in_hand_is_not_being_made(samira):
    archive = archive_of(made(samira, language="en"))

    told = json.loads(archive.read("data/portal.DataExport.json"))
    assert [row["state"] for row in told["rows"]] == ["being made"], (
        "machines are told what stands in the table"
    )
    page = archive.read("index.html").decode()
    assert "being made" not in page
    assert "this copy, which you are reading" in page


def test_it_is_folded_with_its_contents_at_the_top_and_works_without_scripts(samira):
    page = archive_of(made(samira, language="it")).read("index.html").decode()

    assert page.count("<details open>") == 1
    first = page[page.index("<details") : page.index("</details>")]
    assert "Samira Haddad" in first
    # A link opens what is folded where it leads to something within.
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets
    for target in targets:
        within = r"<details[^>]*>\s*<summary>\s*<h2>[^<]*</h2>\s*</summary>\s*<p[^>]*\sid="
        assert re.search(f'{within}"{re.escape(target)}"', page)


def test_every_key_has_words(samira):
    """For what these people have; tests/portal/privacy/test_markers.py asks it of all there is."""
    from portal.privacy.words import WORDS

    for data in declared(PersonalData):
        for row in data.export(samira):
            assert set(row) - set(data.labels) - set(WORDS) == set(), data.key


# -- whose it is ---------------------------------------------------------------------------------------------


def test_nobody_else_takes_it_whatever_their_role(client, samira):
    export = made(samira)
    for role in ("portal.administrator", "portal.auditor", "portal.caseworker"):
        client.force_login(UserFactory(roles=[role]))
        fresh(client)
        assert client.get(f"{PAGE}{export.pk}/scarica/").status_code == 404


def test_an_old_sign_in_is_asked_again_before_making_and_before_taking(client, samira, settings, monkeypatch):
    monkeypatch.setattr("portal.privacy.views.ask_to_step_up", lambda request: HttpResponseForbidden())
    export = made(samira)
    session = client.session
    session[STEP_UP_UNTIL] = int(time.time()) - 1
    session.save()

    assert client.get(f"{PAGE}{export.pk}/scarica/").status_code == 403
    assert client.post(PAGE, {"action": "copy"}).status_code == 403
    # Whether something exists is nobody's business: 404 comes first.
    assert client.get(f"{PAGE}00000000-0000-0000-0000-000000000000/scarica/").status_code == 404


def test_after_some_days_it_is_gone_with_its_file(client, samira, media, committing):
    export = made(samira)
    address = f"{PAGE}{export.pk}/scarica/"
    with time_machine.travel(timezone.now() + EXPORT_LIFE + timezone.timedelta(minutes=1)):
        fresh(client)
        assert client.get(address).status_code == 404
        with committing():
            sweep_exports()
    assert not DataExport.objects.filter(pk=export.pk).exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_new_one_takes_the_place_of_the_old(samira, media, committing):
    with committing():
        first, second = made(samira), made(samira)

    assert list(DataExport.objects.filter(person=samira)) == [second]
    assert first.pk != second.pk
    assert len(list(media.rglob("*.zip"))) == 1


# -- one at a time, and never stuck -------------------------------------------------------------------------


def test_however_often_somebody_asks_one_is_made(client, samira):
    for _ in range(3):
        client.post(PAGE, {"action": "copy"})

    assert DataExport.objects.filter(person=samira).count() == 1


def test_the_page_says_how_far_it_is(client, samira):
    export = DataExport.ask(samira, language="it")
    export.says(40)

    page = client.get(PAGE).content.decode()

    assert '<progress id="copy-progress" max="100" value="40">' in page
    assert 'hx-trigger="every 2s"' in page
    assert DataExport.objects.get().state == State.MAKING


def test_how_far_it_is_grows_with_every_kind(samira):
    heard = []
    exporting.write(io.BytesIO(), samira, language="it", says=lambda percent: heard.append(percent) or True)

    assert heard == sorted(heard)
    assert len(heard) == len(declared(PersonalData))
    assert heard[-1] == 99  # all is gathered; ready it is when the file lies there


def test_one_of_which_nothing_is_heard_is_given_up_and_asked_for_anew(samira):
    silent = DataExport.ask(samira, language="it")
    silent.says(30)
    with time_machine.travel(timezone.now() + SILENCE + timezone.timedelta(minutes=1)):
        again = DataExport.ask(samira, language="it")

    silent.refresh_from_db()
    assert (silent.state, again.state) == (State.FAILED, State.WAITING)
    assert silent.pk != again.pk


def test_whoever_was_given_up_and_comes_back_brings_nothing(samira, media):
    export = DataExport.ask(samira, language="it")
    DataExport.objects.update(state=State.FAILED)

    exporting.make_export.call(str(export.pk))

    assert not export.finish("exports/00/late.zip", 1)
    assert DataExport.objects.get().state == State.FAILED
    assert not list(media.rglob("*.zip"))


def test_a_photo_whose_file_has_gone_keeps_nothing_else_back(samira):
    Photo.objects.get(owner=samira).file.storage.delete(Photo.objects.get(owner=samira).file.name)

    assert made(samira).is_ready


def test_files_that_no_row_names_are_swept_away(media):
    lost = media / "ab" / "lost.zip"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"PK")

    sweep_exports()
    assert lost.exists(), "it may be about to get its row"
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1)):
        sweep_exports()
    assert not lost.exists()


def test_many_copies_a_day_are_too_many(client, samira):
    for _ in range(10):
        client.post(PAGE, {"action": "copy"})
        DataExport.objects.update(state=State.FAILED)

    client.post(PAGE, {"action": "copy"})

    assert not DataExport.objects.under_way().exists()


def test_a_file_is_named_by_its_app_and_lies_in_its_apps_folder(samira, monkeypatch):
    def bytes_of():
        return io.BytesIO(b"a voice note")

    entry = next(data for data in declared(PersonalData) if data.key == "portal.Photo")
    voice = PersonalData(
        key=entry.key,
        export=lambda person: [{"file": "one.ogg", "text": "ciao"}],
        files=lambda person: [PersonalFile(name="one.ogg", open=bytes_of)],
        erase=entry.erase,
        retention=None,
        reason="A reason of four words.",
    )
    monkeypatch.setattr(exporting, "declared", lambda kind: (voice,))

    archive = archive_of(made(samira))

    assert archive.read("files/portal.Photo/one.ogg") == b"a voice note"
    assert 'href="files/portal.Photo/one.ogg"' in archive.read("index.html").decode()
