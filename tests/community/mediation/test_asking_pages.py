"""Asking for a mediation: what everybody reads, the screen that nobody learns of, and the form; alone and together."""

import re
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from community.keys import AlreadySent
from community.mediation.models import Case, key_of_draft
from community.mediation.pages.asking import views
from community.mediation.pages.asking.forms import AskForm
from community.mediation.pages.finding import FOUND_AT_ONCE
from portal.access.acting import ACTING
from portal.sealing.keys import data_keys
from portal.testing.clients import Browser
from portal.testing.factories import DelegationFactory, HouseholdFactory, UserFactory
from portal.uploads.models import Photo, VoiceNote
from tests.portal.proof.browsers import forget, step_up_now
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording, sound

pytestmark = pytest.mark.django_db

MARKER = "Il cane abbaia alle tre"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def phone(amal):
    """Amal's."""
    return signed_in(amal)


@pytest.fixture
def desk():
    """A caseworker."""
    return UserFactory(roles=["portal.caseworker"], display_name="Olga")


def signed_in(person):
    browser = Browser()
    browser.force_login(person)
    return browser


def told(**more):
    return {
        "client_id": str(uuid.uuid4()),
        "told": MARKER,
        "with_whom": "La famiglia di sopra",
        "language": "ar",
        "is_safe": "on",
        "pact": "on",
        **more,
    }


def twice(send, file):
    """`send` gets the same file each time."""
    content = file.read()
    return [send(SimpleUploadedFile(file.name, content, file.content_type)) for _ in range(2)]


def text_of(answer):
    return answer.content.decode()


MINE = "/mediazione/mie/"
HOME, SAFETY, ASK, TOGETHER, DONE = (
    reverse(f"community:mediation_{name}") for name in ("home", "safety", "ask", "ask_together", "handed_in")
)


# -- what everybody reads ---------------------------------------------------------------------------------------------


def test_a_visitor_reads_what_mediation_is_and_nothing_keeps_it(client):
    answer = client.get(HOME)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    page = text_of(answer)
    assert SAFETY in page
    assert reverse("community:diary") not in page
    assert "data-quick-exit" in page


def proved(person):
    """Signed in a moment ago."""
    browser = signed_in(person)
    step_up_now(browser)
    return browser


def test_a_party_finds_their_own_and_the_invited_first(case_in, amal, bruno):
    case = case_in("inviting")

    assert case.get_absolute_url() in text_of(proved(amal).get(MINE))
    invited = text_of(proved(bruno).get(MINE))
    assert case.get_absolute_url() in invited
    assert "mediation-invited" in invited
    assert "mediation-invited" not in text_of(proved(amal).get(MINE))


def test_over_a_shoulder_the_page_is_the_same_for_who_is_in_one_and_who_is_in_none(case_in, amal):
    """And with a phone in one's hand, only a fresh sign-in shows them."""
    case = case_in("inviting")
    page = text_of(signed_in(amal).get(HOME))
    assert str(case) not in page
    assert case.get_absolute_url() not in page
    browser = signed_in(amal)
    forget(browser)
    assert reverse("portal:step_up") in browser.get(MINE).url


def test_whoever_is_in_none_is_shown_none(case_in, marta, carla):
    case = case_in("inviting")
    admin = UserFactory(roles=["portal.administrator"])
    for person in (marta, carla, admin, UserFactory()):
        page = text_of(proved(person).get(MINE))
        assert str(case) not in page
        assert case.get_absolute_url() not in page


def test_whoever_is_named_and_not_invited_yet_learns_nothing(case_in, bruno, carla):
    case = case_in("intake")
    case.add_party(by=carla, person=bruno, side="other", language="it")

    assert str(case) not in text_of(signed_in(bruno).get(HOME))


def test_who_mediates_coordinates_or_works_at_the_desk_finds_the_way(marta, carla, desk):
    # Whoever coordinates finds on the day how much each mediator has to do.
    for person, names in ((marta, {"day"}), (carla, {"requests", "day"}), (desk, {"ask_together"})):
        shown = {
            other
            for other in ("day", "requests", "ask_together")
            if reverse(f"community:mediation_{other}") in text_of(signed_in(person).get(HOME))
        }
        assert shown == names


def test_mediation_stands_in_everybodys_menu_without_a_count(case_in, amal):
    case_in("inviting")
    for person in (amal, UserFactory()):
        link = re.search(
            rf'<a[^>]*menu__link[^>]*href="{HOME}".*?</a>', text_of(signed_in(person).get("/casa/")), re.S
        )
        assert link
        assert "count" not in link[0]


# -- the screen -------------------------------------------------------------------------------------------------------


def test_the_screen_can_send_nothing(client):
    page = text_of(client.get(SAFETY))
    main = page[page.index("<main") : page.index("</main>")]

    assert "<form" not in main
    assert "hx-" not in main
    assert main.count('autocomplete="off"') == 2
    assert not re.search(r"<input[^>]+value=", main)
    for number in ("112", "1522"):
        assert f'href="tel:{number}"' in main
    assert "?" not in "".join(re.findall(r'href="([^"]*)"', main)), "nothing of it in an address"
    title = re.search(r"<title>(.*?)</title>", page, re.S)[1]
    assert not re.search("violen|danger|pericol|mediaz|mediat", title, re.I)
    assert client.post(SAFETY, {"screen": "on"}).status_code == 405
    assert not Case.objects.exists()


def test_the_way_out_leads_where_the_site_says(client, settings):
    settings.COMMUNITY_QUICK_EXIT = "https://weather.example/"
    for path in (HOME, SAFETY):
        link = re.search(r"<a[^>]+data-quick-exit>", text_of(client.get(path)))[0]
        assert 'href="https://weather.example/"' in link
        assert 'rel="noreferrer"' in link


# -- the form ---------------------------------------------------------------------------------------------------------


def test_told_in_words_it_is_a_case_of_theirs(phone, amal):
    answer = phone.post(ASK, told())

    case = Case.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert (case.story.told, case.story.with_whom) == (MARKER, "La famiglia di sopra")
    [party] = case.parties.all()
    assert (party.person, party.language, case.helped_by) == (amal, "ar", None)
    assert MARKER not in text_of(phone.get(HOME))


def test_a_visitor_signs_in_first(client):
    assert client.get(ASK)["Location"].startswith("/account/login/")
    assert client.post(ASK, told()).status_code == 302
    assert not Case.objects.exists()


def test_a_voice_alone_is_enough_and_is_sealed(phone):
    phone.post(ASK, told(told="", with_whom="", voice=recording()))

    case = Case.objects.get()
    [note] = VoiceNote.objects.attached_to(case.story)
    assert note.key == case.key


def test_photos_come_along_and_are_sealed(phone, amal):
    phone.post(ASK, told(photos=[photo()]))

    case = Case.objects.get()
    [picture] = Photo.objects.attached_to(case.story)
    assert (picture.key, picture.owner) == (case.key, amal)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"told": "", "with_whom": "X"}, "told"),
        ({"with_whom": ""}, "with_whom"),
        ({"told": "x" * 4001}, "told"),
        ({"with_whom": "x" * 201}, "with_whom"),
        ({"language": "tlh"}, "language"),
        ({"is_safe": ""}, "is_safe"),
        ({"pact": ""}, "pact"),
    ],
)
def test_with_a_mistake_the_form_comes_back_whole(phone, wrong, field):
    sent = told(photos=[photo()], **wrong)
    answer = phone.post(ASK, sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["told"].value() == sent["told"]
    assert Photo.objects.get().get_absolute_url()[:-1] in text_of(answer) or "photos--kept" in text_of(answer)
    assert not Case.objects.exists()


def test_who_cannot_say_that_nobody_is_in_danger_is_shown_who_helps(phone):
    page = text_of(phone.post(ASK, told(is_safe="")))

    assert 'class="emergency"' in page
    assert 'href="tel:1522"' in page[page.index("<main") :]
    assert 'class="emergency"' not in text_of(phone.get(ASK))


def test_nobody_alone_leaves_so_many_keys_that_they_are_swept_away_no_more(phone, monkeypatch):
    monkeypatch.setattr("community.mediation.pages.asking.forms.BEGUN", "2/d")
    before = set(data_keys())
    sent = [told(photos=[SimpleUploadedFile("x.jpg", b"no photo")]) for _ in range(4)]
    answers = [phone.post(f"/en{ASK}", one) for one in sent]

    assert {answer.status_code for answer in answers} == {422}
    assert len(set(data_keys()) - before) == 2
    assert "come back tomorrow" in text_of(answers[-1])
    assert MARKER in text_of(answers[-1])
    assert phone.post(ASK, told()).status_code == 302, "without a file they go on"


def test_sent_twice_it_is_one(phone):
    sent = told()
    answers = twice(lambda file: phone.post(ASK, {**sent, "photos": [file]}), photo())

    case = Case.objects.get()
    assert {answer["Location"] for answer in answers} == {case.get_absolute_url()}
    assert Photo.objects.attached_to(case.story).count() == Photo.objects.count() == 1


def test_sent_again_in_other_words_nothing_is_lost(phone):
    first = told()
    phone.post(ASK, first)

    answer = phone.post(ASK, {**first, "told": "Anche di giorno", "photos": [photo()]})

    assert answer.status_code == 422
    assert "Anche di giorno" in text_of(answer)
    fresh = answer.context["form"]["client_id"].value()
    assert fresh != first["client_id"]
    phone.post(ASK, {**first, "told": "Anche di giorno", "client_id": fresh})
    second = Case.objects.get(client_id=fresh)
    [picture] = Photo.objects.attached_to(second.story)
    assert picture.key == second.key
    assert picture.content().startswith(b"\xff\xd8\xff")


def test_another_voice_under_the_same_form_is_not_lost(phone):
    first = told(told="", with_whom="")
    phone.post(ASK, {**first, "voice": recording(sound(1))})

    answer = phone.post(ASK, {**first, "voice": recording(sound(2))})

    assert answer.status_code == 422
    fresh = answer.context["form"]["client_id"].value()
    phone.post(ASK, {**first, "client_id": fresh, "voice": recording(sound(2))})
    assert [VoiceNote.objects.attached_to(case.story).count() for case in Case.objects.all()] == [1, 1]


def test_a_forged_client_id_is_told_and_nothing_is_lost(phone):
    answer = phone.post(ASK, told(client_id="x"))

    assert answer.status_code == 422
    assert MARKER in text_of(answer)


def test_somebody_elses_client_id_leads_to_ones_own_case(phone, bruno):
    sent = told()
    phone.post(ASK, sent)
    signed_in(bruno).post(ASK, {**sent, "told": "Altro"})

    assert Case.objects.count() == 2


def test_too_many_a_day_are_refused_and_the_words_stay(phone, monkeypatch):
    monkeypatch.setattr(views, "REQUESTS_A_DAY", "1/d")
    first = told()
    phone.post(ASK, first)
    answer = phone.post(ASK, told(told="Un'altra cosa"))

    assert answer.status_code == 429
    assert "Un&#x27;altra cosa" in text_of(answer)
    assert phone.post(ASK, first).status_code == 302, "what was sent already is not counted"
    assert Case.objects.count() == 1


def test_whoever_is_under_18_is_led_elsewhere():
    child = UserFactory()
    HouseholdFactory().members.create(person=child, is_adult=False)
    phone = signed_in(child)

    assert 'href="tel:114"' in text_of(phone.get(ASK))
    assert phone.post(ASK, told()).status_code == 409
    assert not Case.objects.exists()


def test_nobody_asks_for_whom_they_act_for(phone, rf, amal):
    request = rf.post(ASK, told())
    request.user, request.acting = amal, object()

    assert views._why_not(request) == "acting"


def test_whoever_began_to_act_in_another_tab_loses_no_word(phone, amal):
    given = DelegationFactory(delegate=amal)
    session = phone.session
    session[ACTING] = given.pk
    session.save()

    answer = phone.post(f"/en{ASK}", told())

    assert answer.status_code == 409
    assert MARKER in text_of(answer)
    assert "You act for somebody else now" in text_of(answer)
    assert not Case.objects.exists()


def test_nothing_of_it_is_stored_on_the_phone(phone):
    answer = phone.get(ASK)

    assert "no-store" in answer["Cache-Control"]
    assert "X-Portal-Offline" not in answer
    assert "data-no-draft" in text_of(answer)
    assert not re.search(r"data-draft=", text_of(answer))


def test_it_asks_in_the_language_of_whoever_asks():
    phone = signed_in(UserFactory(language="ar"))

    assert phone.get(ASK).context["form"]["language"].value() == "ar"


# -- together ---------------------------------------------------------------------------------------------------------


def test_only_caseworkers_ask_together(phone, marta, carla):
    for path in (TOGETHER, DONE):
        for browser in (phone, signed_in(marta), signed_in(carla)):
            assert browser.get(path).status_code == 404
            assert browser.post(TOGETHER, told()).status_code == 404


def test_the_person_is_looked_for_without_a_trace_in_any_address(desk, amal):
    browser = signed_in(desk)
    page = text_of(browser.get(TOGETHER))
    assert 'method="get"' not in page[page.index("<main") : page.index("</main>")]

    found = browser.post(TOGETHER, {"q": "ama"})

    assert [person.pk for person in found.context["found"]] == [amal.pk]
    form = browser.post(TOGETHER, {"person": amal.pk})
    assert form.status_code == 200
    assert form.context["form"].person == amal


def test_what_is_written_together_is_the_persons_and_closed_to_the_caseworker(desk, amal):
    browser = signed_in(desk)
    answer = browser.post(TOGETHER, told(person=amal.pk, photos=[photo()], voice=recording()))

    assert answer["Location"] == DONE
    case = Case.objects.get()
    assert (case.helped_by, case.parties.get().person) == (desk, amal)
    [picture], [note] = (kind.objects.attached_to(case.story) for kind in (Photo, VoiceNote))
    assert (picture.owner, note.owner, picture.key) == (amal, amal, case.key)
    done = text_of(browser.get(DONE))
    assert "Amal" not in done
    assert str(case) not in done
    amals = signed_in(amal)
    for fresh in (browser, amals):
        step_up_now(fresh)
    for path in (picture.get_absolute_url(), picture.small_url, note.get_absolute_url()):
        assert browser.get(path).status_code == 404
        assert amals.get(path).status_code == 200
    assert str(case) not in text_of(browser.get(HOME))
    assert not Case.objects.visible_to(desk).exists()


def test_together_sent_twice_is_one_with_one_photo(desk, amal):
    browser, sent = signed_in(desk), told(person=amal.pk)
    answers = twice(lambda file: browser.post(TOGETHER, {**sent, "photos": [file]}), photo())

    assert [answer["Location"] for answer in answers] == [DONE, DONE]
    case = Case.objects.get()
    assert Photo.objects.attached_to(case.story).count() == Photo.objects.count() == 1


def test_until_it_is_sent_the_caseworker_sees_what_they_took(desk, amal):
    browser = signed_in(desk)
    browser.post(TOGETHER, told(person=amal.pk, told="", with_whom="", photos=[photo()]))

    picture = Photo.objects.get()
    assert browser.get(picture.small_url).status_code == 200
    assert picture.owner == desk


def test_whoever_holds_a_role_or_is_under_18_is_not_asked_for(desk, marta):
    child = UserFactory(display_name="Martina")
    HouseholdFactory().members.create(person=child, is_adult=False)
    browser = signed_in(desk)

    assert browser.post(TOGETHER, {"q": "mart"}).context["found"] == []
    for number in (marta.pk, child.pk, desk.pk, 999_999, "x", ""):
        browser.post(TOGETHER, told(person=number))
    assert not Case.objects.exists()


def test_a_mistake_keeps_the_person_and_what_was_typed(desk, amal):
    answer = signed_in(desk).post(TOGETHER, told(person=amal.pk, is_safe=""))

    assert answer.status_code == 422
    assert f'name="person" value="{amal.pk}"' in text_of(answer)
    assert MARKER in text_of(answer)


def test_who_was_given_a_role_meanwhile_cannot_ask_and_no_word_is_lost(desk, amal):
    amal.give_role("community.mediator", by=None)

    answer = signed_in(desk).post(f"/en{TOGETHER}", told(person=amal.pk))

    assert answer.status_code == 409
    assert MARKER in text_of(answer)
    assert f'name="person" value="{amal.pk}"' in text_of(answer)
    assert "cannot ask like this any more" in text_of(answer)
    assert not Case.objects.exists()


def test_with_many_namesakes_the_caseworker_writes_more(desk):
    UserFactory.create_batch(FOUND_AT_ONCE, display_name="Gianni Rossi")
    browser, more = signed_in(desk), "More people have this name"
    assert more not in text_of(browser.post(f"/en{TOGETHER}", {"q": "gianni"}))
    UserFactory(display_name="Gianni Verdi")
    answer = browser.post(f"/en{TOGETHER}", {"q": "gianni"})
    assert more in text_of(answer)
    assert len(answer.context["found"]) == FOUND_AT_ONCE


# -- at once ----------------------------------------------------------------------------------------------------------


def test_a_key_is_made_only_once_there_is_something_to_seal(phone, keys_folder):
    phone.get(ASK)
    phone.post(ASK, told(is_safe=""))

    assert not list(keys_folder.glob("data/*/*"))


def test_whoever_finds_the_key_taken_while_asking_is_told_the_case(amal, monkeypatch):
    """The other post came in between the question and the insert."""
    client_id = uuid.uuid4()
    words = {"told": MARKER, "with_whom": "X", "language": "it"}
    first = Case.ask(by=amal, client_id=client_id, **words)
    asked = Case.objects.filter(key=key_of_draft(amal, client_id))
    manager = type(Case.objects)
    real = manager.filter

    def blind(self, **said):
        return real(self, pk=None) if set(said) == {"key"} else real(self, **said)

    monkeypatch.setattr(manager, "filter", blind)

    with transaction.atomic():
        assert Case.ask(by=amal, client_id=client_id, **words) == first
    with pytest.raises(AlreadySent), transaction.atomic():
        Case.ask(by=amal, client_id=client_id, **{**words, "told": "Altro"})
    assert asked.count() == 1


def test_the_form_knows_what_was_sent(amal):
    data = told()
    form = AskForm(data, owner=amal)
    assert form.is_valid(), form.errors
    assert not form.was_sent
    form.save()
    assert form.was_sent


def test_a_caseworker_promises_nothing_for_somebody_else_and_reaches_those_who_help(desk, amal):
    browser = signed_in(desk)
    browser.get("/")
    page = browser.post(
        f"/en{reverse('community:mediation_ask_together')}", {"person": amal.pk}
    ).content.decode()

    assert page.count("Amal\u2069 says: ") == 2
    assert reverse("community:mediation_safety") in page.replace("/en/", "/")


def test_the_form_begins_in_the_language_of_whoever_asks(desk):
    samira = UserFactory(display_name="Samira", language="ar")
    assert AskForm(owner=desk, person=samira)["language"].value() == "ar"
