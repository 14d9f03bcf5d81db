"""The pages of things, as their readers meet them."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from community.mutual_aid.neighbourhood import Audience
from community.mutual_aid.things.models import Thing
from community.mutual_aid.things.pictures import draw
from community.mutual_aid.things.reservations import Reservation, WaitingPlace
from community.mutual_aid.things.words import LoanState, ThingState
from community.safety.models import Block
from community.testing import anew, coordinator_of, loan_of, minor_of, said, thing_of
from portal.testing.factories import BuildingFactory, CommonAreaFactory, UserFactory, tenant_of
from tests.portal.pages.tree import seen

from .test_reserving import day

pytestmark = pytest.mark.django_db

LIST, LOANS, KEPT = "/aiuto/cose/", "/aiuto/cose/mie/", "/aiuto/cose/custodite/"


def names(answer) -> set[str]:
    return {thing.name for thing in answer.context["page"]}


def reserve(client, thing, first, last, **told):
    told = {"client_id": uuid.uuid4(), "first_day": first, "last_day": last, **told}
    return client.post(reverse("community:thing_reserve", args=[thing.code]), told)


def test_the_list_is_filtered_by_kind_words_and_today(client, keeper, borrower):
    drill, pot = thing_of(keeper), thing_of(keeper, name="Pentolone", category="kitchen")
    loan_of(drill, borrower)
    thing_of(tenant_of(BuildingFactory()), name="Altrove")
    client.force_login(borrower)

    assert names(client.get(LIST)) == {"Trapano", "Pentolone"}
    assert names(client.get(f"{LIST}?kind=kitchen")) == {pot.name}
    assert names(client.get(f"{LIST}?q=trapani")) == {drill.name}
    assert names(client.get(f"{LIST}?free=on")) == {pot.name}
    assert names(client.get(f"{LIST}?kind=nonsense&page=9")) == {"Trapano", "Pentolone"}


def test_the_calendar_says_taken_and_not_by_whom(client, drill, borrower, neighbour):
    loan_of(drill, borrower, first=1, last=2)
    client.force_login(neighbour)
    page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")

    main = page.main.get_text(" ")
    assert borrower.display_name not in main
    kinds = {cell["class"][-1] for cell in page.select(".month td .month__day")}
    assert not kinds & {"month__day--mine"}
    client.force_login(borrower)
    page = BeautifulSoup(
        client.get(f"{drill.get_absolute_url()}?month={day(1):%Y-%m}").content, "html.parser"
    )
    assert page.select(".month td .month__day--mine")
    assert not page.select(".month td .month__day--taken")


def test_days_are_chosen_by_links_alone(client, drill, borrower):
    client.force_login(borrower)
    page = client.get(f"{drill.get_absolute_url()}?from={day(1)}&until={day(2)}").content.decode()
    assert f'value="{day(1)}"' in page
    assert f'value="{day(2)}"' in page
    for nonsense in (
        "?from=x&until=y",
        "?month=9999-99",
        "?month=9999-12",
        f"?from={day(2)}&until={day(1)}",
        "?month=0001-01",
    ):
        assert client.get(f"{drill.get_absolute_url()}{nonsense}").status_code == 200


def test_what_is_taken_meanwhile_keeps_what_was_typed_and_offers_other_days(
    client, drill, borrower, neighbour
):
    loan_of(drill, neighbour, first=1, last=2)
    client.force_login(borrower)
    answer = reserve(client, drill, day(1), day(2))

    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 409
    assert page.select_one("input[name=first_day]")["value"] == day(1).isoformat()
    offered = [link["href"] for link in page.select("form[action$='/prenota/'] .link")]
    assert f"from={day(3)}" in offered[0]
    # The address of this page is the form's, at which there is nothing to look at.
    days = [link["href"] for link in page.select("a.month__day, .month-ways a")]
    assert days
    assert all(link.startswith(f"{drill.get_absolute_url()}?") for link in days)
    assert neighbour.display_name not in page.main.get_text()


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("", "", "first_day"),
        ("ieri", "domani", "first_day"),
        ("2026-02-31", "2026-03-01", "first_day"),
        ("9999-12-31", "9999-12-31", "last_day"),
        ("0001-01-01", "0001-01-02", "first_day"),
        ("{day1}", "{day0}", "last_day"),
        ("{day0}", "9999-12-31", "last_day"),
        ("1000000000", "1", "first_day"),
        ("{yesterday}", "{day0}", "first_day"),
    ],
)
def test_bad_days_are_named_at_their_field(client, drill, borrower, first, last, field):
    words = {"day0": day(0), "day1": day(1), "yesterday": day(-1)}
    first, last = first.format(**words), last.format(**words)
    client.force_login(borrower)
    answer = reserve(client, drill, first, last)

    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert page.select_one(f"#id_{field}_error")
    assert page.select_one("input[name=first_day]").get("value", "") == first
    assert not Reservation.objects.exists()


def test_a_forged_thing_or_form_takes_nothing(client, drill, borrower, neighbour):
    client.force_login(borrower)
    assert client.post(reverse("community:thing_reserve", args=[uuid.uuid4()])).status_code == 404
    taken = loan_of(drill, neighbour, first=10, last=11)
    for number in ("nonsense", str(taken.client_id)):
        answer = reserve(client, drill, day(0), day(1), client_id=number)
        assert answer.status_code == 422
        assert day(0).isoformat() in answer.content.decode()
    assert Reservation.objects.count() == 1


def test_a_form_with_somebody_elses_number_does_not_lead_to_their_thing(client, drill, borrower, building):
    client.force_login(borrower)
    told = {
        "client_id": drill.client_id,
        "name": "Sega",
        "category": "tools",
        "condition": "good",
        "meant": f"building:{building.pk}",
        "whose": "mine",
        "longest_loan": "5",
    }
    answer = client.post("/aiuto/cose/nuova/", told)
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert drill.name not in page.main.get_text()
    fresh = page.select_one("input[name=client_id]")["value"]
    assert fresh != str(drill.client_id)
    assert client.post("/aiuto/cose/nuova/", {**told, "client_id": fresh}).status_code == 302
    assert Thing.objects.filter(name="Sega").exists()


def test_reserved_by_a_form_sent_twice(client, drill, borrower):
    client.force_login(borrower)
    number = uuid.uuid4()
    for _time in range(2):
        assert reserve(client, drill, day(0), day(1), client_id=number).status_code == 302
    assert Reservation.objects.get().person == borrower


def test_the_label_leads_to_the_one_button_that_fits(client, drill, borrower):
    loan = loan_of(drill, borrower)
    client.force_login(borrower)
    scanned = f"{drill.get_absolute_url()}?scanned=1"
    assert client.get(reverse("community:thing_scan", args=[drill.code])).url == scanned
    address = reverse("community:thing_loan_step", args=[loan.pk, "pick_up"])
    page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")
    assert page.select_one("#thing-desk .button--primary").find_parent("form")["action"] == address

    client.post(address)
    client.post(reverse("community:thing_loan_step", args=[loan.pk, "give_back"]), {"damage": "none"})

    loan.refresh_from_db()
    assert loan.state == LoanState.RETURNED


def desk_of(client, thing):
    page = BeautifulSoup(client.get(f"{thing.get_absolute_url()}?scanned=1").content, "html.parser")
    return page.select_one("#thing-desk")


def test_whoever_scans_what_is_free_takes_it_with_one_button(
    client, drill, borrower, neighbour, django_assert_max_num_queries
):
    loan_of(drill, neighbour, first=3, last=4)
    client.force_login(borrower)
    desk_of(client, drill)
    with django_assert_max_num_queries(15):
        desk = desk_of(client, drill)
    form = desk.select_one("form[action$='/prenota/']")
    told = {field["name"]: field["value"] for field in form.select("input[name], button[name]")}
    for _time in range(2):  # sent twice, taken once
        assert client.post(form["action"], told).status_code == 302

    loan = Reservation.objects.get(person=borrower)
    assert (loan.state, loan.first_day, loan.last_day) == (LoanState.PICKED_UP, day(0), day(2))
    assert desk_of(client, drill).select("form[action$='/give_back/']")


def test_whoever_has_just_taken_it_is_not_asked_to_bring_it_back(client, drill, borrower):
    loan = loan_of(drill, borrower, last=2, state=LoanState.PICKED_UP)
    client.force_login(borrower)
    folded = "#thing-desk details form[action$='/give_back/']"

    page = seen(client, drill.get_absolute_url())
    assert page.select(folded)
    assert not page.select("form[action$='/prenota/']"), "it is in their hands"
    [until] = page.select("form[action$='/renew/'] [name=until]")
    assert until["value"] == str(loan.last_day + timedelta(days=1))
    assert not seen(client, f"{drill.get_absolute_url()}?scanned=1").select(folded), (
        "whoever stands at the label"
    )
    Reservation.objects.update(last_day=day(0))
    assert not seen(client, drill.get_absolute_url()).select(folded), "due today"


def test_a_renewal_that_is_too_long_says_until_when_it_may_be(client, drill, borrower):
    loan = loan_of(drill, borrower, last=2, state=LoanState.PICKED_UP)
    client.force_login(borrower)
    step = reverse("community:thing_loan_step", args=[loan.pk, "renew"])

    answer = client.post(f"/en{step}", {"until": loan.longest_renewal + timedelta(days=1)})
    assert answer.status_code == 422
    assert "at most" in answer.context["now"]()["steps"].lines[0].steps[1].form.errors["until"][0]


@pytest.mark.parametrize("reason", ["out", "asks", "paused"])
def test_whoever_scans_what_cannot_be_had_reads_why(client, keeper, drill, borrower, neighbour, reason):
    if reason == "out":
        loan_of(drill, neighbour, state=LoanState.PICKED_UP)
    elif reason == "asks":
        Thing.objects.update(needs_yes=True)
    else:
        drill.pause(by=keeper)
    client.force_login(borrower)
    desk = desk_of(client, drill)
    assert desk.select(".alert")
    assert not desk.select("button")
    now = {"client_id": uuid.uuid4(), "first_day": day(0), "last_day": day(1), "now": "1"}
    answer = client.post(reverse("community:thing_reserve", args=[drill.code]), now)
    assert answer.status_code in (409, 422)
    assert not Reservation.objects.filter(person=borrower).exists()


def test_whoever_keeps_it_reads_who_says_that_it_is_back_and_can_say_that_it_is_not(
    client, drill, keeper, borrower, django_assert_max_num_queries
):
    loan = loan_of(drill, borrower, first=-3, last=0, state=LoanState.PICKED_UP, picked_up_at=timezone.now())
    loan.give_back(by=borrower)
    client.force_login(keeper)
    client.get(drill.get_absolute_url())
    with django_assert_max_num_queries(15):
        page = seen(client, drill.get_absolute_url())
    assert borrower.display_name in page.select_one("#returned").get_text()
    not_here = page.select_one("#thing-own form[action$='/lose/']")["action"]
    client.post(not_here)
    assert Thing.objects.get().state == ThingState.MISSING
    drill.find(by=keeper)
    Reservation.objects.update(ended_at=timezone.now() - timedelta(days=15))
    assert not seen(client, drill.get_absolute_url()).select("#returned"), "nobody doubts it any more"


def test_whoever_keeps_it_gives_it_to_somebody_they_know_and_takes_it_back(
    client, drill, keeper, borrower, neighbour
):
    Thing.objects.update(needs_yes=True)
    loan_of(drill, borrower, first=-9, last=-8, state=LoanState.RETURNED, ended_at=timezone.now())
    client.force_login(keeper)
    page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")
    assert not page.select("form[action$='/prenota/']")  # nobody asks themselves
    address = page.select_one("#thing-desk a.button--primary")["href"]
    form = client.get(address).context["form"]
    assert list(form.fields["person"].queryset) == [borrower]  # and not whoever else lives there

    told = {"client_id": uuid.uuid4(), "last_day": day(2)}
    assert client.post(address, {**told, "person": neighbour.pk}).status_code == 422
    for _time in range(2):
        assert client.post(address, {**told, "person": borrower.pk}).status_code == 302
    loan = Reservation.objects.get(state=LoanState.PICKED_UP)
    assert (loan.person, loan.last_day) == (borrower, day(2))
    assert desk_of(client, drill).select("form[action$='/give_back/']")
    assert client.get(address).status_code == 302  # it is out
    client.force_login(borrower)
    assert client.get(address).status_code == 404


def test_who_can_lend_nothing_is_sent_to_what_is_lent(client):
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    page = BeautifulSoup(client.get(KEPT).content, "html.parser")
    assert page.select(f"#kept a[href='{LIST}']")


def test_without_a_camera_the_code_is_typed(client, drill, borrower):
    client.force_login(borrower)
    typed = f" {drill.short[:3].lower()}-{drill.short[3:].lower()} "
    typed_in = client.post("/aiuto/cose/codice/", {"code": typed})
    assert typed_in.url == f"{drill.get_absolute_url()}?scanned=1"
    assert client.post("/aiuto/cose/codice/", {"code": "NOPE"}).status_code == 422
    client.force_login(tenant_of(BuildingFactory()))
    assert client.post("/aiuto/cose/codice/", {"code": drill.short}).status_code == 422


def test_who_scans_it_reads_their_own_language(client, drill, building):
    client.force_login(tenant_of(building, language="ar"))
    assert client.get(reverse("community:thing_scan", args=[drill.code])).url.startswith("/ar/aiuto/cose/")


def test_a_step_that_is_not_possible_any_more_is_said(client, drill, borrower, keeper):
    loan = loan_of(drill, borrower)
    loan.cancel(by=keeper)
    client.force_login(borrower)
    answer = client.post(reverse("community:thing_loan_step", args=[loan.pk, "pick_up"]))
    assert answer.status_code == 409


def test_a_step_without_what_it_needs_keeps_what_was_typed(client, drill, borrower):
    loan = loan_of(drill, borrower)
    loan.pick_up(by=borrower)
    client.force_login(borrower)
    address = reverse("community:thing_loan_step", args=[loan.pk, "give_back"])
    answer = client.post(address, {"damage": "", "note": "Gratta un po'"})
    assert answer.status_code == 422
    assert "Gratta un po" in answer.content.decode()
    address = reverse("community:thing_loan_step", args=[loan.pk, "renew"])
    for until in ("", "ieri", "9999-12-31", day(-1)):
        assert client.post(address, {"until": until}).status_code == 422
    loan.refresh_from_db()
    assert (loan.state, loan.last_day) == (LoanState.PICKED_UP, day(1))


def test_a_coordinator_writes_off_what_is_missing(client, drill, keeper):
    drill.lose(by=keeper)
    client.force_login(coordinator_of(drill.municipality))
    address = reverse("community:thing_step", args=[drill.code, "write_off"])
    assert client.post(address, {"note": ""}).status_code == 422
    client.post(address, {"note": "Cercato ovunque"})
    drill.refresh_from_db()
    assert drill.write_off_reason == "Cercato ovunque"


def test_who_had_what_is_lost_still_stands_there_for_those_who_look_for_it(
    client, drill, keeper, borrower, neighbour
):
    loan = loan_of(drill, borrower, first=-3, last=1, state=LoanState.PICKED_UP)
    client.force_login(keeper)
    step = reverse("community:thing_loan_step", args=[loan.pk, "lose"])
    answer = client.post(f"/en{step}", {"note": "Forse in cantina"}, follow=True)
    assert answer.status_code == 200
    assert "Whoever keeps it hears of it" not in answer.content.decode()  # she is the one who keeps it

    for person, learns in ((keeper, True), (coordinator_of(drill.municipality), True), (neighbour, False)):
        client.force_login(person)
        page = BeautifulSoup(client.get(f"/en{drill.get_absolute_url()}").content, "html.parser").main
        assert (borrower.display_name in page.get_text()) is learns
        assert bool(page.select("#lost")) is learns
        assert "agree on when" not in page.get_text()


def test_what_is_written_off_is_kept_and_labelled_no_more(client, drill, keeper):
    drill.lose(by=keeper)
    drill.write_off(by=coordinator_of(drill.municipality), note="Non si trova")
    client.force_login(keeper)
    for path in (KEPT, "/aiuto/cose/etichette/"):
        assert drill.name not in client.get(path).content.decode()
    page = client.get(drill.get_absolute_url()).content.decode()
    assert "Non si trova" in page
    assert "/aiuto/cose/etichette/" not in page


def test_lending_something_takes_a_photo_and_a_name(client, keeper, building):
    area = CommonAreaFactory(building=building, kind="room", name="Sala comune")
    client.force_login(keeper)
    photo = SimpleUploadedFile("t.jpg", draw("drill", 1), content_type="image/jpeg")
    told = {
        "client_id": uuid.uuid4(),
        "photos": photo,
        "name": "Trapano",
        "category": "tools",
        "condition": "good",
        "meant": f"building:{building.pk}",
        "place": area.pk,
        "whose": "shelf",
        "longest_loan": "5",
    }
    answer = client.post("/aiuto/cose/nuova/", told)

    thing = Thing.objects.get()
    assert answer.url == thing.get_absolute_url()
    assert (thing.owner, thing.place, thing.longest_loan, thing.keepers) == (None, area, 5, [keeper])
    assert thing.photos.count() == 1
    told.pop("photos")
    client.post("/aiuto/cose/nuova/", told)
    assert Thing.objects.count() == 1

    page = client.post(reverse("community:thing_edit", args=[thing.code]), {**told, "name": "Trapano nuovo"})
    assert page.status_code == 302
    thing.refresh_from_db()
    assert thing.name == "Trapano nuovo"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 200},
        {"category": "nonsense"},
        {"meant": "building:999999"},
        {"longest_loan": "0"},
        {"longest_loan": "1000000000"},
        {"longest_loan": "-1"},
        {"longest_loan": "0.2"},
        {"place": "999999"},
        {"whose": "organization:1"},
        {"about": "x" * 100_000},
        {"client_id": "nonsense"},
    ],
)
def test_bad_words_about_a_thing_lose_nothing(client, keeper, building, wrong):
    client.force_login(keeper)
    told = {
        "client_id": uuid.uuid4(),
        "name": "Trapano",
        "category": "tools",
        "condition": "good",
        "meant": f"building:{building.pk}",
        "whose": "mine",
        "longest_loan": "5",
        "terms": "Riportalo pulito",
    }
    answer = client.post("/aiuto/cose/nuova/", {**told, **wrong})
    assert answer.status_code == 422
    assert "Riportalo pulito" in answer.content.decode()
    assert not Thing.objects.exists()


def test_no_page_shows_where_somebody_lives(client, keeper, borrower, drill):
    loan_of(drill, borrower)
    dwelling = keeper.household_memberships.get().household.tenancies.get().dwelling
    client.force_login(borrower)
    for path in (LIST, drill.get_absolute_url(), LOANS):
        page = client.get(path).content.decode()
        assert dwelling.building.address not in page


def test_blocked_they_see_nothing_of_each_other(client, drill, keeper, neighbour):
    Block.put_up(by=neighbour, against=keeper)
    client.force_login(neighbour)
    assert names(client.get(LIST)) == set()
    assert client.get(drill.get_absolute_url()).status_code == 404


def test_a_minor_looks_and_asks_at_home(client, drill, borrower):
    son = minor_of(borrower)
    client.force_login(son)
    page = client.get(drill.get_absolute_url())
    assert page.status_code == 200
    assert b"/prenota/" not in page.content
    assert client.get("/aiuto/cose/nuova/").status_code == 404


def test_moderation_finds_its_way_from_the_thing(client, drill, neighbour):
    client.force_login(neighbour)
    page = client.get(drill.get_absolute_url()).content.decode()
    assert reverse("community:abuse_report_new", args=["community.thing", drill.pk]) in page
    client.force_login(drill.owner)
    assert "/aiuto/segnala/" not in client.get(drill.get_absolute_url()).content.decode()


@pytest.mark.parametrize("path", [LIST, LOANS, KEPT, "thing"])
def test_a_page_asks_the_same_however_many_there_are(
    client, keeper, borrower, building, path, django_assert_max_num_queries
):
    def fill(count):
        for number in range(count):
            thing = thing_of(keeper, name=f"Cosa {number}")
            thing.kept.get_or_create(person=borrower)
            loan_of(thing, borrower, first=1, last=2, state=LoanState.RESERVED)
            loan_of(
                thing,
                tenants[number % 3],
                first=-9,
                last=-8,
                state=LoanState.RETURNED,
                ended_at=timezone.now(),
            )
            loan_of(thing, tenants[number % 3], first=5, last=6)

    tenants = [tenant_of(building) for _number in range(3)]
    fill(10)
    address = Thing.objects.order_by("pk").last().get_absolute_url() if path == "thing" else path
    client.force_login(borrower)
    client.get(address)
    with django_assert_max_num_queries(15) as few:
        client.get(address)
    fill(90)
    with django_assert_max_num_queries(15) as many:
        client.get(address)
    assert len(few) == len(many)


def test_time_passes_and_it_is_late(client, drill, borrower, time_machine):
    loan = loan_of(drill, borrower, first=0, last=0)
    loan.pick_up(by=borrower)
    time_machine.move_to(timezone.now() + timedelta(days=2), tick=False)
    client.force_login(borrower)
    page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")
    assert page.select("#thing-desk .badge--danger")


def test_a_past_loan_of_what_one_does_not_see_any_more_leads_nowhere(client, drill, keeper, borrower):
    pot = thing_of(keeper, name="Pentolone")
    for thing in (drill, pot):
        loan_of(thing, borrower, first=-3, last=-1, state=LoanState.RETURNED, ended_at=timezone.now())
    drill.hide(by=None)
    client.force_login(borrower)
    page = BeautifulSoup(client.get(LOANS).content, "html.parser").main
    assert drill.name in page.get_text()
    assert not page.select(f"a[href='{drill.get_absolute_url()}']")
    assert page.select(f"a[href='{pot.get_absolute_url()}']")


def test_each_button_stands_there_once_and_who_lends_is_not_late(client, drill, borrower, keeper):
    loan_of(drill, borrower, first=-3, last=-1, state=LoanState.PICKED_UP)
    late = {}
    for person in (borrower, keeper):
        client.force_login(person)
        page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")
        buttons = [button.get_text(" ", strip=True) for button in page.select("#thing-desk button, summary")]
        open_ones = [words for words in buttons if words not in {"Conferma"}]
        assert len(open_ones) == len(set(open_ones))
        late[person] = page.select_one("#thing-desk .badge--danger").get_text(strip=True)
    assert late[borrower] != late[keeper]


def test_what_is_in_repair_shows_no_free_days(client, drill, keeper, neighbour):
    drill.damage(by=keeper, note="Gratta")
    client.force_login(neighbour)
    page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")
    assert not page.select(".month__day--free")
    assert "in riparazione" in page.select_one("#thing-month").get_text()
    assert page.select("form[action$='/join/']")
    client.force_login(keeper)
    page = BeautifulSoup(client.get(drill.get_absolute_url()).content, "html.parser")
    assert not page.select("form[action$='/join/']")  # they keep it


def test_what_has_not_come_back_says_so_before_and_after_it_is_reserved(client, drill, borrower, neighbour):
    loan_of(drill, borrower, first=-3, last=-2, state=LoanState.PICKED_UP)
    client.force_login(neighbour)
    for path in (f"/en{LIST}", f"/en{drill.get_absolute_url()}"):
        assert "late: not back yet" in seen(client, path).select_one(".badge").get_text()
    assert seen(client, drill.get_absolute_url()).select("#thing-month .alert--warning")

    told = {"client_id": uuid.uuid4(), "first_day": day(1), "last_day": day(2)}
    answer = client.post(reverse("community:thing_reserve", args=[drill.code]), told, follow=True)
    page = BeautifulSoup(answer.content, "html.parser")
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert page.select("#thing-desk .alert--warning")
    client.force_login(borrower)  # who knows, and is told to bring it back
    assert not seen(client, drill.get_absolute_url()).select(".alert--warning")


def test_what_is_kept_for_whoever_waits_says_so_to_whoever_keeps_it(client, drill, keeper, neighbour):
    drill.damage(by=keeper)
    WaitingPlace.join(by=neighbour, thing=drill)
    drill.mend(by=keeper)
    for person, reads in ((keeper, True), (neighbour, False)):
        client.force_login(person)
        page = seen(client, f"/en{drill.get_absolute_url()}")
        assert ("Kept for somebody who waits" in page.select_one("#thing-desk").get_text()) is reads
        assert "taken today" in page.select_one("#thing-state").get_text()


@pytest.mark.parametrize("trouble", ["late", "lost", "damaged"])
def test_who_looks_after_what_is_in_trouble_reads_whom_to_ask_and_how(
    client, keeper, borrower, neighbour, trouble, django_assert_max_num_queries
):
    drill = thing_of(keeper, audience=Audience.AREA)
    loan = loan_of(drill, borrower, first=-9, last=-2, state=LoanState.PICKED_UP, picked_up_at=timezone.now())
    said(drill, borrower, "Torno lunedì")
    if trouble == "lost":
        loan.lose(by=borrower)
    elif trouble == "damaged":
        loan.give_back(by=borrower, damage="some")
    writes = reverse("community:conversation_about", args=["community.thing", drill.pk])
    coordinator, caseworker = coordinator_of(drill.municipality), UserFactory(roles=["portal.caseworker"])
    for person in (coordinator, caseworker):
        client.force_login(person)
        client.get(f"/en{drill.get_absolute_url()}")
        with django_assert_max_num_queries(15):
            page = seen(client, f"/en{drill.get_absolute_url()}")
        box = page.select_one("#whom-to-ask")
        to_be_asked = [borrower, keeper] if trouble == "late" else [keeper]
        assert all(one.display_name in box.get_text() for one in to_be_asked)
        assert ("2 days late" in box.get_text()) is (trouble == "late")
        assert "Torno lunedì" not in page.main.get_text()
        assert client.get(writes, follow=True).status_code == 404, "what they write each other stays theirs"
    for person in (neighbour, keeper, borrower):
        client.force_login(person)
        answer = client.get(drill.get_absolute_url())
        assert "whom-to-ask" not in answer.content.decode()


def test_whoever_is_kept_from_the_borrower_does_not_read_who_has_it(client, keeper, borrower):
    drill = thing_of(keeper, audience=Audience.AREA)
    loan_of(drill, borrower, first=-9, last=-2, state=LoanState.PICKED_UP)
    coordinator = coordinator_of(drill.municipality)
    Block.put_up(by=coordinator, against=borrower)
    client.force_login(coordinator)

    box = seen(client, drill.get_absolute_url()).select_one("#whom-to-ask").get_text()
    assert keeper.display_name in box
    assert borrower.display_name not in box


def test_what_calls_reservations_off_says_so_first(client, drill, keeper, borrower, neighbour):
    client.force_login(keeper)
    step = "#thing-own form[action$='/lose/']"
    plain = seen(client, f"/en{drill.get_absolute_url()}").select_one(step)
    assert plain.find_parent("details") is None
    loan_of(drill, borrower, first=1, last=2)
    loan_of(drill, neighbour, first=4, last=5)
    form = seen(client, f"/en{drill.get_absolute_url()}").select_one(step)
    assert "calls off 2 reservations" in form.find_parent("details").get_text()
    client.post(form["action"])
    assert not drill.reservations.open().exists()
    assert Thing.objects.get().state == ThingState.MISSING


def condition(client, thing) -> str:
    terms = seen(client, f"/en{thing.get_absolute_url()}").select(".thing-facts dt")
    told = {term.get_text(strip=True): term.find_next("dd").get_text(strip=True) for term in terms}
    return told.get("Condition", "")


def test_what_comes_back_broken_is_said_to_be_lent_no_more_and_in_no_good_condition(
    client, drill, keeper, borrower
):
    client.force_login(keeper)
    assert condition(client, drill) == "good"
    loan = loan_of(drill, borrower, state=LoanState.PICKED_UP)
    step = reverse("community:thing_loan_step", args=[loan.pk, "give_back"])
    answer = client.post(f"/en{step}", {"damage": "broken"}, follow=True)
    assert ["until then it is not lent" in str(message) for message in answer.context["messages"]] == [True]
    assert condition(client, drill) == "in repair"
    anew(drill).lose(by=keeper)
    assert condition(client, drill) == ""
