"""What had begun before an erasure ends after it: a page that was sent, somebody else's form, a session that was read.
It is gone as well when the erasure calls itself done."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from portal.people.delegations.models import Delegation
from portal.people.forms import AccountForm
from portal.people.registers import PersonEditView
from portal.privacy import erasing
from portal.privacy.models import ErasureRequest
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory, adult_of
from portal.uploads.models import Photo
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo

from .erasures import begun, confirmed, ended
from .searching import found

MARKER = "mrkinflight"


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def samira(committed_db):
    return adult_of(display_name="Samira", email="samira@abitare.example")


def browser_of(person):
    browser = Browser(raise_request_exception=False)
    browser.force_login(person, backend="portal.people.backends.EmailBackend")
    step_up_now(browser)
    return browser


@contextmanager
def held_up(owner, name, monkeypatch):
    """A door in front of one step: yields (arrived, open), two events. Whoever comes to it waits until it is opened."""
    original = getattr(owner, name)
    arrived, opened = threading.Event(), threading.Event()

    def waits(*args, **kwargs):
        arrived.set()
        assert opened.wait(30)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, waits)
    yield arrived, opened
    opened.set()


def a_name(person):
    browser_of(person).post("/account/", {"display_name": MARKER, "language": "it"})


def a_photo(person):
    """Of a form that is refused: the photo is kept for when it is sent again."""
    draft = {"client_id": uuid.uuid4(), "text": "", "photos": photo("scala.jpg")}
    browser_of(person).post("/scrivi/", draft)


def an_offer(person):
    """Somebody is asked to help, by an address that is kept until they answer."""
    until = timezone.localdate() + timezone.timedelta(days=30)
    asked = {"whom": f"{MARKER}@abitare.example", "scope": "manutenzione.reports", "until": until}
    browser_of(person).post("/account/deleghe/nuova/", {**asked, "client_id": uuid.uuid4()})


def the_register(person):
    """The staff corrects a name and a number."""
    desk = browser_of(UserFactory(roles=["portal.administrator"]))
    desk.post(f"/admin/people/edit/{person.pk}/", {"why": "correct"})
    desk.post(
        f"/admin/people/edit/{person.pk}/",
        {
            "display_name": MARKER,
            "language": "it",
            "email": f"{MARKER}@abitare.example",
            "phone": "",
            "contact_phone": "",
            "is_active": "on",
        },
    )


ON_THE_WAY = [
    (a_name, AccountForm, "save"),
    (a_photo, Photo, "keep"),
    (an_offer, Delegation, "offer"),
    (the_register, PersonEditView, "form_valid"),
]


@pytest.mark.parametrize(("send", "owner", "step"), ON_THE_WAY, ids=[step[0].__name__ for step in ON_THE_WAY])
def test_what_a_page_writes_that_was_sent_before_goes_too(samira, monkeypatch, send, owner, step):
    request = confirmed(samira)

    def send_it():
        try:
            send(samira)
        finally:
            connections.close_all()

    with held_up(owner, step, monkeypatch) as (arrived, opened):
        page = threading.Thread(target=send_it)
        page.start()
        assert arrived.wait(30), "the page came to the step"
        begun(request)
        assert request.state == ErasureRequest.State.ERASED
        opened.set()
        page.join(30)
    written = found([MARKER], raw=False) or Photo.objects.filter(owner=samira).exists()
    assert written, "after the person had been erased"

    ended(request)

    assert request.state == ErasureRequest.State.DONE
    assert found([MARKER]) == set()
    assert not Photo.objects.filter(owner=samira).exists()
    samira.refresh_from_db()
    assert samira.is_erased
    assert (samira.email, samira.phone, samira.contact_phone) == (None, None, "")


def test_a_session_that_was_read_just_before_does_not_stay_in_the_cache(samira, monkeypatch):
    """Read from the table, held up, and put into the cache when the table has it no more."""
    browser = browser_of(samira)
    session = browser.session
    session["begun"] = MARKER
    session.save()
    session._cache.delete(session.cache_key)  # as after a restart of the cache
    request = confirmed(samira)
    key, seen = session.session_key, {}

    original = SessionStore.get_expiry_age

    def waits(self, **kwargs):
        if threading.current_thread().name == "a page" and self.session_key == key:
            seen["read"].set()
            assert seen["go on"].wait(30)
        return original(self, **kwargs)

    seen.update({"read": threading.Event(), "go on": threading.Event()})
    monkeypatch.setattr(SessionStore, "get_expiry_age", waits)

    def ask():
        try:
            browser.get("/account/dati/")
        finally:
            connections.close_all()

    page = threading.Thread(target=ask, name="a page")
    page.start()
    assert seen["read"].wait(30)
    begun(request)
    seen["go on"].set()
    page.join(30)
    assert not Session.objects.filter(session_key=key).exists()
    assert found([MARKER], raw=False), "the cache has it again"

    ended(request)

    assert found([MARKER]) == set()


def test_it_is_not_called_done_before_what_was_on_its_way_can_have_ended(samira):
    request = begun(confirmed(samira))

    for _look in range(3):
        begun(request)
        assert request.state == ErasureRequest.State.ERASED
    assert [entry.was for entry in erasing.noted()] == [request.was], "and noted once"

    assert ended(request).state == ErasureRequest.State.DONE


def test_an_erased_entry_is_not_filled_in_again_from_a_form_that_still_lay_open(samira):
    marta = UserFactory(roles=["portal.administrator"])
    desk = browser_of(marta)
    desk.post(f"/admin/people/edit/{samira.pk}/", {"why": "correct"})
    ended(begun(confirmed(samira)))

    answer = desk.post(
        f"/admin/people/edit/{samira.pk}/",
        {
            "display_name": MARKER,
            "language": "it",
            "email": "samira@abitare.example",
            "phone": "",
            "is_active": "on",
        },
    )

    assert answer.status_code == 200
    assert "register them anew" in answer.content.decode() or "di nuovo" in answer.content.decode()
    samira.refresh_from_db()
    assert (samira.display_name, samira.email, samira.is_active) == ("—", None, False)


# -- in the sessions of others ----------------------------------------------------------------------------------------


def test_an_address_that_somebody_else_called_theirs_leaves_their_session_and_the_session_goes_on(samira):
    """Bruno wrote Samira's address as his own: a code is to be written back, and until then his session holds it."""
    bruno = UserFactory(display_name="Bruno")
    his = browser_of(bruno)
    his.post("/account/recapiti/email/", {"value": "Samira@abitare.example"})
    assert his.get("/account/recapiti/conferma/").status_code == 200
    before = Session.objects.get(session_key=his.session.session_key)
    assert {place for _, place in found(["samira@abitare.example"], raw=False)} >= {"a session"}

    ended(begun(confirmed(samira)))

    assert found(["samira@abitare.example"]) == set()
    after = Session.objects.get(session_key=before.session_key)
    assert after.expire_date == before.expire_date
    assert his.get("/account/recapiti/").status_code == 200, "he is still signed in"
    assert his.get("/account/recapiti/conferma/").status_code == 302, "and nothing waits for a code"


def test_what_others_have_begun_otherwise_stays(samira):
    bruno = UserFactory(display_name="Bruno")
    his = browser_of(bruno)
    his.post("/account/recapiti/email/", {"value": "bruno.new@abitare.example"})

    ended(begun(confirmed(samira)))

    assert his.get("/account/recapiti/conferma/").status_code == 200
