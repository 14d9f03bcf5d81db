"""The way from a label on the wall to a receipt, and everything that people and machines send wrongly."""

import uuid
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from PIL import Image

from manutenzione.testing import operator, ticket_in
from manutenzione.tickets.danger import DANGERS
from manutenzione.tickets.forms import ReportForm
from manutenzione.tickets.models import TEXT_LIMIT, Ticket
from manutenzione.tickets.words import State
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db

REPORT = "/manutenzione/segnala/"


@pytest.fixture
def area():
    building = BuildingFactory(gas_emergency_phone="800 000 777", lift_emergency_phone="800 000 888")
    return CommonAreaFactory(building=building, name="Scale, scala A")


@pytest.fixture
def tenant(area, client):
    tenant = tenant_of(area.building)
    client.force_login(tenant)
    return tenant


def _told(area, /, **changed):
    told = {
        "client_id": str(uuid.uuid4()),
        "area": str(area.label),
        "category": "lighting",
        "text": "La luce del primo piano è spenta.",
        "urgency": "P2",
    }
    return told | changed


def _photo(shade, name="foto.jpg"):
    file = BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 120)).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def _send(client, area, /, *, query="danger=no", **changed):
    return client.post(f"{REPORT}?area={area.label}&{query}", _told(area, **changed))


# -- the steps --------------------------------------------------------------------------------------------------------


def test_whoever_scans_the_label_sees_whom_to_call_and_no_form(client, area):
    tenant_of(area.building, display_name="Nome Riservato")

    page = client.get(f"{REPORT}?area={area.label}").content.decode()

    assert 'href="tel:112"' in page
    assert 'href="tel:800000777"' in page
    assert reverse("account_login") in page
    assert "<textarea" not in page
    assert "Nome Riservato" not in page


def test_the_first_question_is_about_danger(client, area, tenant):
    page = client.get(f"{REPORT}?area={area.label}").content.decode()

    assert 'href="tel:112"' in page.partition("<main")[2].partition("</main>")[0]
    assert 'href="tel:800000777"' in page
    for danger in DANGERS:
        assert f"danger={danger.key}" in page
    assert "<textarea" not in page


@pytest.mark.parametrize("danger", [danger.key for danger in DANGERS])
def test_in_danger_the_call_stands_before_the_form(client, area, tenant, danger):
    page = client.get(f"{REPORT}?area={area.label}&danger={danger}").content.decode()

    assert 'href="tel:112"' in page
    assert "<textarea" not in page
    assert "called=yes" in page


def test_even_a_form_that_is_sent_does_not_pass_the_call(client, area, tenant):
    page = _send(client, area, query="danger=gas")

    assert 'href="tel:112"' in page.content.decode()
    assert not Ticket.objects.exists()


def _in_this_order(page, *words):
    main = page.partition("<main")[2].partition("</main>")[0]
    places = [main.index(word) for word in words]
    return places == sorted(places)


def test_whoever_smells_gas_goes_out_before_they_call(client, area, tenant):
    """A phone beside the leak may be the spark (DOMAIN.md §5): the way out is read before any number."""
    page = client.get(f"/en{REPORT}?area={area.label}&danger=gas").content.decode()

    assert _in_this_order(
        page, "Go out. Then call.", "Touch no switch", "gas meter", "go out. Tell", "tel:800000777", "tel:112"
    )
    assert "tel:800000888" not in page, "the lift has nothing to do with it"


@pytest.mark.parametrize(
    ("danger", "before"),
    [("fire", "Go out by the stairs"), ("wires", "Do not touch the wire"), ("flood", "Do not walk in water")],
)
def test_what_saves_oneself_is_read_before_the_number(client, area, tenant, danger, before):
    page = client.get(f"/en{REPORT}?area={area.label}&danger={danger}").content.decode()

    assert _in_this_order(page, before, "tel:112")
    assert "tel:800000" not in page


def test_in_the_lift_its_own_number_comes_first(client, area, tenant):
    page = client.get(f"{REPORT}?area={area.label}&danger=lift").content.decode()

    assert page.index("tel:800000888") < page.index("tel:112")


@pytest.mark.parametrize("danger", [danger.key for danger in DANGERS])
def test_words_and_buttons_name_the_number_of_the_installation(client, area, tenant, settings, danger):
    settings.PORTAL_EMERGENCY_NUMBER = "911"

    page = BeautifulSoup(client.get(f"/en{REPORT}?area={area.label}&danger={danger}").content, "html.parser")

    assert page.select("main a[href='tel:911']")
    assert "112" not in page.text
    assert danger != "lift" or "call 911." in page.text


def test_after_the_call_the_agency_is_told_of_the_danger(client, area, tenant):
    _send(client, area, query="danger=gas&called=yes", urgency="")

    assert Ticket.objects.get().urgency == "P0"


def test_a_label_has_chosen_the_place_already(client, area, tenant):
    page = client.get(f"{REPORT}?area={area.label}&danger=no").content.decode()

    assert f'<option value="{area.label}" selected>' in page


def test_with_one_home_the_places_of_the_building_are_there_at_once(client, area, tenant):
    other, foreign = (
        CommonAreaFactory(building=area.building, name="Cortile"),
        CommonAreaFactory(name="Altrove"),
    )

    page = client.get(f"{REPORT}?danger=no").content.decode()

    assert str(area.label) in page
    assert other.name in page
    assert foreign.name not in page


@pytest.mark.parametrize("role", ["manutenzione.operator", "portal.caseworker"])
def test_the_desk_chooses_the_building_first(client, area, role):
    BuildingFactory()
    client.force_login(UserFactory(roles=[role]))

    page = client.get(f"{REPORT}?danger=no").content.decode()
    assert f"building={area.building.pk}" in page
    assert "<textarea" not in page

    page = client.get(f"{REPORT}?danger=no&building={area.building.pk}").content.decode()
    assert str(area.label) in page


def test_what_the_desk_writes_down_is_the_agencys_and_followed_by_who_wrote_it(client, area):
    elena = UserFactory(roles=["portal.caseworker"], display_name="Elena Marchetti")
    client.force_login(elena)

    answer = client.post(f"{REPORT}?danger=no&building={area.building.pk}", _told(area))

    ticket = Ticket.objects.get()
    assert answer.url.startswith(reverse("manutenzione:receipt", args=[ticket.number]))
    assert (ticket.reporter, ticket.building) == (elena, area.building)
    assert client.get(f"/manutenzione/{ticket.number}/").status_code == 200
    client.force_login(tenant_of(area.building))
    page = client.get(f"/en/manutenzione/{ticket.number}/").content.decode()
    assert "Reported by the agency" in page
    assert "Elena Marchetti" not in page


def test_at_the_label_only_those_are_offered_a_report_who_may_send_one(client, area):
    report, place = f"{REPORT}?area={area.label}", reverse("portal:place", args=[area.label])
    seen = {}
    for who, person in {
        "visitor": None,
        "tenant": tenant_of(area.building),
        "desk": UserFactory(roles=["portal.caseworker"]),
        "passer-by": UserFactory(),
        "contractor": UserFactory(roles=["manutenzione.contractor"]),
    }.items():
        client.logout()
        if person:
            client.force_login(person)
        seen[who] = report in client.get(place).content.decode()

    assert seen == {"visitor": True, "tenant": True, "desk": True, "passer-by": False, "contractor": False}


def test_a_tenant_of_another_of_our_buildings_is_told_that_this_one_is_not_theirs(client, area):
    client.force_login(tenant_of(BuildingFactory()))

    page = client.get(f"/en/luogo/{area.label}/").content.decode()

    assert "Only who lives in this building can report a fault here." in page
    assert "one of our buildings" not in page


def test_somebody_without_a_home_here_is_told_so_and_whom_to_call(client, area):
    client.force_login(UserFactory())

    page = client.get(f"{REPORT}?area={area.label}&danger=no").content.decode()

    assert "<textarea" not in page
    assert 'href="tel:112"' in page
    assert 'href="tel:800000777"' in page, "the gas of the building where they stand"


def test_a_browser_cuts_nothing_that_is_pasted(client, area, tenant):
    """What is too long is said, and all of it is still there."""
    client.force_login(tenant)
    assert "maxlength" not in client.get(f"{REPORT}?area={area.label}&danger=no").content.decode()


def test_what_is_no_category_has_nothing_open(client, area, tenant):
    client.force_login(tenant)
    asked = {"area": area.label, "danger": "no", "category": "light\0ing"}

    assert client.get(REPORT, asked, headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("label", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_label_lets_one_choose_the_place(client, area, tenant, label):
    page = client.get(f"{REPORT}?area={label}&danger=no")

    assert page.status_code == 200
    assert str(area.label) in page.content.decode()


def test_the_label_of_another_building_is_explained(client, area, tenant):
    foreign = CommonAreaFactory(name="Altrove")

    page = client.get(f"/en{REPORT}?area={foreign.label}&danger=no").content.decode()

    assert "where you do not live" in page
    assert f'value="{foreign.label}"' not in page
    assert str(area.label) in page


# -- a report that arrives --------------------------------------------------------------------------------------------


def test_a_report_gets_a_number_and_a_receipt(client, area, tenant):
    answer = client.post(
        f"{REPORT}?area={area.label}&danger=no", _told(area) | {"photos": [_photo(1), _photo(2)]}
    )

    ticket = Ticket.objects.get()
    assert (ticket.area, ticket.building, ticket.reporter) == (area, area.building, tenant)
    assert (ticket.category, ticket.urgency, ticket.state) == ("lighting", "P2", "submitted")
    assert ticket.photos.count() == 2
    receipt = client.get(answer.url)
    assert receipt.status_code == 200
    assert f"<strong>{ticket.number}</strong>" in receipt.content.decode()


def test_the_receipt_is_the_reporters_own(client, area, tenant):
    _send(client, area)
    client.force_login(tenant_of(area.building))

    assert client.get(reverse("manutenzione:receipt", args=[1])).status_code == 404


def test_sent_twice_is_one_report_and_the_same_receipt(client, area, tenant):
    told = _told(area)

    answers = [client.post(f"{REPORT}?danger=no", told | {"photos": [_photo(1)]}) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert Ticket.objects.get().photos.count() == 1
    assert Ticket.objects.get().changes.count() == 1


def test_back_to_the_form_and_sent_again_leads_to_the_receipt_of_the_first(client, area, tenant):
    """The page is asked for anew, with a new client id, and the browser puts the old words back into it."""
    first = _send(client, area)

    again = _send(client, area)

    assert again.url.partition("?")[0] == first.url.partition("?")[0] == "/manutenzione/1/ricevuta/"
    assert Ticket.objects.count() == 1


def test_sent_again_from_a_fetched_page_its_photos_are_not_there_twice(client, area, tenant):
    told = _told(area)
    for client_id in (told["client_id"], str(uuid.uuid4())):
        client.post(f"{REPORT}?danger=no", told | {"client_id": client_id, "photos": [_photo(1), _photo(2)]})

    assert Ticket.objects.get().photos.count() == 2


def test_a_page_that_was_used_twice_asks_and_loses_nothing(client, area, tenant):
    """Back to the form after the receipt, and another fault written into it."""
    told = _told(area)
    client.post(f"{REPORT}?danger=no", told)
    other = told | {"text": "Anche il portone è rotto", "photos": [_photo(9)]}

    answer = client.post(f"/en{REPORT}?danger=no", other)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "your report no. 1 has arrived" in page
    assert "Anche il portone è rotto" in page
    assert Ticket.objects.count() == 1
    renewed = answer.context["form"]["client_id"].value()
    assert (
        client.post(f"{REPORT}?danger=no", told | {"text": other["text"], "client_id": renewed}).status_code
        == 302
    )
    second = Ticket.objects.get(number=2)
    assert (second.text, second.photos.count()) == ("Anche il portone è rotto", 1)
    assert Ticket.objects.get(number=1).photos.count() == 0


def test_a_page_opened_again_shows_the_photos_that_its_draft_keeps(client, area, tenant):
    told = _told(area, text="")
    client.post(f"{REPORT}?danger=no", told | {"photos": [_photo(1)]})
    again = f"{REPORT}?danger=no&client_id={told['client_id']}"

    page = client.get(again)

    assert page.context["form"]["client_id"].value() == told["client_id"]
    assert page.content.decode().count("photos__item") == 1
    client.force_login(tenant_of(area.building))
    assert "photos__item" not in client.get(again).content.decode()


# -- what others have reported already --------------------------------------------------------------------------------


def _asked_while_choosing(client, area, category="lighting"):
    """What the page asks for when a place and a picture have been chosen."""
    query = f"area={area.label}&danger=no&area={area.label}&category={category}"
    return client.get(f"/en{REPORT}?{query}", headers={"HX-Request": "true"}).content.decode()


def test_who_chooses_a_place_and_a_picture_reads_what_is_open_there(client, area, tenant):
    same = ticket_in(area=area, text="La luce è spenta da ieri.")
    ticket_in(area=area, category="fabric")
    ticket_in(area=CommonAreaFactory(building=area.building))
    ticket_in(State.CLOSED, area=area)

    part = _asked_while_choosing(client, area)

    assert "1 report of this is open" in part
    assert f'href="/en/manutenzione/{same.number}/"' in part
    assert "La luce è spenta da ieri." in part
    assert "<html" not in part
    assert part.count("/en/manutenzione/") == 1
    assert "open" not in _asked_while_choosing(client, area, "lift")


def test_nobody_reads_what_is_open_where_they_do_not_live(client, area, tenant):
    foreign = CommonAreaFactory()
    ticket_in(area=foreign, text="Parole di altri")

    assert "Parole di altri" not in _asked_while_choosing(client, foreign)


def test_without_scripts_the_answer_and_the_receipt_tell_it(client, area, tenant):
    same = ticket_in(area=area)
    link = f'href="/manutenzione/{same.number}/"'

    assert link in _send(client, area, text="").content.decode()
    receipt = client.get(_send(client, area).url).content.decode()

    assert link in receipt
    assert receipt.count('href="/manutenzione/2/"') == 1, "its own number is not among the others"


# -- what is wrong with it --------------------------------------------------------------------------------------------

WRONG = {
    "no text": ({"text": "   "}, "text"),
    "too much text": ({"text": "a" * (TEXT_LIMIT + 1)}, "text"),
    "no place": ({"area": ""}, "area"),
    "a place that is no label": ({"area": "nonsense"}, "area"),
    "no category": ({"category": ""}, "category"),
    "an invented category": ({"category": "volcano"}, "category"),
    "no urgency": ({"urgency": ""}, "urgency"),
    "an urgency one may not choose": ({"urgency": "P0"}, "urgency"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_next_to_the_field_and_nothing_is_lost(client, area, tenant, what):
    changed, field = WRONG[what]

    answer = _send(client, area, **({"text": "Parole che restano"} | changed))

    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert not Ticket.objects.exists()
    if field != "text":
        assert "Parole che restano" in page
    if field != "category":
        assert 'value="lighting"' in page
        assert form["category"].value() == "lighting"


def test_errors_are_in_the_language_of_the_address(client, area, tenant):
    page = client.post(f"/en{REPORT}?danger=no", _told(area, text="")).content.decode()

    assert "Write in a few words what happens." in page


def test_a_text_of_the_full_length_with_line_breaks_is_accepted(client, area, tenant):
    text = ("riga\r\n" * (TEXT_LIMIT // 5))[:-2]  # 5 characters a line for a browser, 6 on the wire
    _send(client, area, text=text)

    assert len(Ticket.objects.get().text) <= TEXT_LIMIT


def test_a_place_in_another_building_is_refused(client, area, tenant):
    foreign = CommonAreaFactory()

    answer = _send(client, area, area=str(foreign.label))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["area"]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("nonsense", ["zzz", "12", "' OR 1=1 --", "\0"])
def test_a_place_that_is_none_is_refused_in_plain_words(client, area, tenant, nonsense):
    page = client.post(f"/en{REPORT}?danger=no", _told(area, area=nonsense)).content.decode()

    assert "This place is not in the building. Choose one from the list." in page
    assert "UUID" not in page


def test_who_moves_out_while_writing_is_refused_and_loses_no_word(client, area, tenant, monkeypatch):
    household = tenant.household_memberships.get().household

    def is_valid(form):
        household.tenancies.update(left_on=timezone.localdate())
        return type(form).__mro__[1].is_valid(form)

    monkeypatch.setattr(ReportForm, "is_valid", is_valid)

    answer = _send(client, area, text="Parole che restano")

    assert answer.status_code == 422
    assert "Parole che restano" in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "much",
    [
        {"text": "a" * 3_000_000},
        {"photos": [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(101)]},
        {f"field{n}": "x" for n in range(1001)},
    ],
    ids=["words", "files", "fields"],
)
def test_far_too_much_is_called_so_in_the_language_of_the_address(client, area, tenant, much):
    with translation.override("ar"):
        said = gettext("This is too large")

    answer = client.post(f"/ar{REPORT}?danger=no", _told(area) | much)

    assert answer.status_code == 413
    page = answer.content.decode()
    assert said in page
    assert "data-keeps-drafts" in page  # the phone still has the words
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("client_id", ["", "forged", "' OR 1=1 --"])
def test_a_forged_client_id_is_refused_and_the_form_comes_back_usable(client, area, tenant, client_id):
    answer = _send(client, area, client_id=client_id)

    assert answer.status_code == 422
    assert not Ticket.objects.exists()
    renewed = answer.context["form"]["client_id"].value()
    assert uuid.UUID(str(renewed))
    assert _send(client, area, client_id=renewed).status_code == 302


def test_the_client_id_of_somebody_elses_report_is_refused_without_a_word_about_it(client, area, tenant):
    told = _told(area)
    client.post(f"{REPORT}?danger=no", told)
    neighbour = tenant_of(area.building)
    client.force_login(neighbour)
    # Of another kind: what is open of the same kind at that place, any neighbour is told before sending.
    told["category"] = "fabric"

    answer = client.post(f"{REPORT}?danger=no", told | {"text": "Le mie parole", "photos": [_photo(3)]})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("photos__item") == 1
    assert "Le mie parole" in page
    assert "La luce del primo piano" not in page
    assert "/manutenzione/1/" not in page
    renewed = answer.context["form"]["client_id"].value()
    assert renewed != told["client_id"]
    assert Ticket.objects.count() == 1
    client.post(f"{REPORT}?danger=no", told | {"text": "Le mie parole", "client_id": renewed})
    assert Ticket.objects.get(number=2).photos.count() == 1


def test_of_six_photos_five_are_kept_and_one_is_named(client, area, tenant):
    photos = [_photo(n * 20, f"foto{n}.jpg") for n in range(6)]

    answer = client.post(f"/en{REPORT}?danger=no", _told(area) | {"photos": photos})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "foto5.jpg" in page
    assert page.count("photos__item") == 5
    assert not Ticket.objects.exists()


def test_the_photos_of_a_refused_form_are_there_when_it_is_sent_again(client, area, tenant):
    told = _told(area, text="")
    client.post(f"{REPORT}?danger=no", told | {"photos": [_photo(1)]})

    client.post(f"{REPORT}?danger=no", told | {"text": "Ora sì"})

    assert Ticket.objects.get().photos.count() == 1


def test_twenty_reports_a_day_are_enough_and_what_was_typed_stays(client, area, tenant):
    for number in range(20):
        assert _send(client, area, text=f"Lampada {number}").status_code == 302

    answer = _send(client, area, text="La ventunesima")

    assert answer.status_code == 422
    assert "La ventunesima" in answer.content.decode()
    assert Ticket.objects.count() == 20


def test_who_writes_down_what_others_tell_may_report_all_day(client, area):
    client.force_login(operator())
    for number in range(22):
        assert _send(client, area, text=f"Lampada {number}").status_code == 302


def test_a_repeated_report_does_not_count_towards_the_limit(client, area, tenant):
    told = _told(area)
    for _number in range(25):
        assert client.post(f"{REPORT}?danger=no", told).status_code == 302
    assert _send(client, area, text="Un altro guasto").status_code == 302
