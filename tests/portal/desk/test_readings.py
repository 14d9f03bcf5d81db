"""Whoever of the agency opens a person's letters leaves a trace, which the person can read."""

import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from portal.access.models import ConfidentialRead
from portal.access.reads import BEING_WRITTEN, HOLDS
from portal.desk.models import Letter
from portal.testing.factories import HouseholdFactory, UserFactory, adult_of
from tests.portal.uploads.pictures import photo

from .writing import answer, caseworker, last, write

pytestmark = pytest.mark.django_db

WORDS = "Ho paura di perdere la casa"


@pytest.fixture
def samira():
    return adult_of(display_name="Samira Haddad")


@pytest.fixture
def elena(client):
    person = caseworker(display_name="Elena Moretti")
    client.force_login(person)
    return person


@pytest.fixture
def waiting(samira):
    return write(samira, WORDS).thread


@pytest.fixture
def answered(waiting):
    """By Bruno, who sees to it."""
    answer(waiting, caseworker(display_name="Bruno Conti"), "Venga mercoledì")
    waiting.refresh_from_db()
    return waiting


def page_of(thread):
    return f"/en/messaggi/{thread.pk}/"


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def reasons(person):
    return [read.reason for read in ConfidentialRead.objects.filter(about=person).order_by("pk")]


def later(**how):
    return time_machine.travel(timezone.now() + timezone.timedelta(**how), tick=False)


def typed(thread, text="Le rispondo oggi", **more):
    return {"client_id": uuid.uuid4(), "text": text, "seen": last(thread), **more}


def fields_of(response):
    """The hidden fields of a page's question, as a browser sends them back."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode()))


# -- what waits is read in order to answer it ------------------------------------------------------------------------


def test_what_waits_opens_at_once_and_she_can_read_who_opened_it(client, samira, elena, waiting):
    assert WORDS in text_of(client.get(page_of(waiting)))

    read = ConfidentialRead.objects.get()
    assert (read.reader, read.about, read.reason, read.object_id) == (
        elena,
        samira,
        "answer",
        str(waiting.pk),
    )
    client.force_login(samira)
    hers = text_of(client.get("/en/account/letture/"))
    assert "Elena Moretti" in hers
    assert "opened: thread of letters" in hers
    assert "The person wrote to us or asked for something" in hers


def test_one_reader_leaves_one_trace_in_a_quarter_of_an_hour(client, samira, elena, waiting):
    for _time in range(3):
        client.get(page_of(waiting))
    assert reasons(samira) == ["answer"]
    with later(seconds=HOLDS + 1):
        client.get(page_of(waiting))
    assert reasons(samira) == ["answer", "answer"]

    client.force_login(caseworker())
    client.get(page_of(waiting))
    assert len(reasons(samira)) == 3


def test_what_one_sees_to_opens_at_once_also_when_it_is_answered(client, samira, elena, answered):
    answered.take(by=elena)

    assert WORDS in text_of(client.get(page_of(answered)))
    assert reasons(samira) == ["answer"]


# -- what does not wait is opened with a reason ----------------------------------------------------------------------


def test_what_does_not_wait_asks_why_first(client, samira, elena, answered):
    asked = client.get(page_of(answered))

    assert WORDS not in text_of(asked)
    assert "Samira" not in text_of(asked)
    assert reasons(samira) == []
    opened = client.post(page_of(answered), {"why": "support"}, follow=True)
    assert opened.redirect_chain == [(page_of(answered), 302)]
    assert WORDS in text_of(opened)
    assert reasons(samira) == ["support"]


@pytest.mark.parametrize("why", ["", "nosy", "answer", "x" * 10_000, "\x00"])
def test_no_other_reason_opens_it_nor_the_one_that_the_portal_gives_itself(
    client, samira, elena, answered, why
):
    refused = client.post(page_of(answered), {"why": why})

    assert WORDS not in text_of(refused)
    assert refused.context["form"].errors["why"]
    assert reasons(samira) == []


def test_taking_a_thread_is_no_way_round_the_question(client, samira, elena, answered):
    for verb in ("take", "settle"):
        client.post(f"/messaggi/{answered.pk}/{verb}/")
    answered.refresh_from_db()
    assert answered.caseworker.display_name == "Bruno Conti"
    assert WORDS not in text_of(client.get(page_of(answered)))

    client.post(page_of(answered), {"why": "support"})
    client.post(f"/messaggi/{answered.pk}/take/")
    answered.refresh_from_db()
    assert answered.caseworker == elena


def test_nor_is_an_empty_answer(client, samira, elena, answered):
    refused = client.post(page_of(answered), {"text": "", "client_id": uuid.uuid4()})

    assert WORDS not in text_of(refused)
    assert reasons(samira) == []
    assert Letter.objects.count() == 2


def test_a_closed_account_is_read_with_a_reason_too(client, samira, elena, answered):
    samira.close_account(by=None)

    assert WORDS not in text_of(client.get(page_of(answered)))
    assert WORDS in text_of(client.post(page_of(answered), {"why": "control"}, follow=True))
    assert client.post(page_of(answered), typed(answered)).status_code == 404
    assert reasons(samira) == ["control"]


def test_who_may_not_read_is_not_asked(client, samira, answered):
    for person in (UserFactory(roles=["portal.administrator"]), adult_of()):
        client.force_login(person)
        assert client.get(page_of(answered)).status_code == 404
        assert client.post(page_of(answered), {"why": "support"}).status_code == 404
    assert reasons(samira) == []


def test_ones_own_letters_leave_no_trace(client, elena):
    HouseholdFactory().members.create(person=elena)
    own = write(elena, WORDS).thread

    assert WORDS in text_of(client.get(page_of(own)))
    assert WORDS in text_of(client.get("/en/scrivi/"))
    assert not ConfidentialRead.objects.exists()


# -- nothing typed is lost -------------------------------------------------------------------------------------------


def test_an_answer_that_took_an_hour_arrives(client, samira, elena, answered):
    client.post(page_of(answered), {"why": "support"})

    with later(hours=1):
        sent = client.post(page_of(answered), typed(answered))

    assert sent.status_code == 302
    assert Letter.objects.last().text == "Le rispondo oggi"


def test_one_that_took_a_night_is_asked_about_and_goes_on_its_way(client, samira, elena, answered):
    client.post(page_of(answered), {"why": "support"})
    words = 'Le rispondo "oggi" <b>'

    with later(seconds=BEING_WRITTEN + 60):
        asked = client.post(page_of(answered), typed(answered, words))
        assert WORDS not in text_of(asked)
        assert "What you have written is kept" in text_of(asked)
        assert Letter.objects.count() == 2
        kept = dict(asked.context["sent"])
        assert kept["text"] == words
        sent = client.post(page_of(answered), {**kept, "why": "contact"})

    assert sent.status_code == 302
    assert Letter.objects.last().text == words
    assert reasons(samira) == ["support", "contact"]


def test_its_photos_are_kept_as_well(client, settings, tmp_path, samira, elena, answered):
    settings.MEDIA_ROOT = tmp_path

    asked = client.post(page_of(answered), typed(answered, photos=photo()))
    kept = fields_of(asked)
    assert {"client_id", "text", "seen"} <= set(kept)
    client.post(page_of(answered), {**kept, "why": "support"})

    assert Letter.objects.last().photos.count() == 1


def test_an_answer_held_back_shows_what_was_written_meanwhile(client, samira, elena, waiting):
    seen = last(waiting)
    client.get(page_of(waiting))
    answer(waiting, caseworker(), "Venga mercoledì", seen=seen)

    held = client.post(page_of(waiting), typed(waiting, "Venga venerdì", seen=seen))

    assert held.status_code == 409
    assert "Venga venerdì" in text_of(held)
    assert "Venga mercoledì" in text_of(held)


def test_a_page_that_stands_open_goes_on_and_says_so(client, samira, elena, answered):
    """What the browser fetches by itself for a page that is open, it marks; a link or an address typed is asked."""
    client.post(page_of(answered), {"why": "support"})

    with later(hours=1):
        assert WORDS in text_of(client.get(page_of(answered), headers={"sec-fetch-dest": "empty"}))
        assert reasons(samira) == ["support", "support"]
    with later(hours=2):
        assert WORDS not in text_of(client.get(page_of(answered), headers={"sec-fetch-dest": "document"}))
    elsewhere = type(client)()
    elsewhere.force_login(elena)
    assert WORDS not in text_of(elsewhere.get(page_of(answered), headers={"sec-fetch-dest": "empty"}))


# -- photos ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def picture(client, settings, tmp_path, samira):
    """What came with a letter that has been answered."""
    settings.MEDIA_ROOT = tmp_path
    client.force_login(samira)
    client.post("/scrivi/", {"client_id": uuid.uuid4(), "text": WORDS, "photos": photo()})
    letter = Letter.objects.get()
    answer(letter.thread, caseworker())
    return letter.photos.get()


def test_a_photo_of_a_letter_opens_with_its_thread(client, samira, picture):
    client.force_login(caseworker())
    thread = Letter.objects.first().thread
    sizes = (picture.get_absolute_url(), picture.small_url)
    assert [client.get(size).status_code for size in sizes] == [404, 404]
    assert reasons(samira) == []

    client.post(page_of(thread), {"why": "contract"})

    assert [client.get(size).status_code for size in sizes] == [200, 200]
    assert reasons(samira) == ["contract"]
    with later(hours=1):
        assert [client.get(size).status_code for size in sizes] == [200, 200]
    assert reasons(samira) == ["contract", "contract"]
    with later(seconds=2 * BEING_WRITTEN):
        assert client.get(sizes[0]).status_code == 404


def test_ones_own_photo_is_ones_own(client, samira, picture):
    client.force_login(samira)

    assert client.get(picture.get_absolute_url()).status_code == 200
    assert reasons(samira) == []


def test_whoever_has_no_reason_goes_back_to_the_messages(client, elena, answered):
    page = client.get(page_of(answered)).content.decode()
    assert 'name="why"' in page
    way = page.split('class="breadcrumbs"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', way) == ["/en/messaggi/"]
