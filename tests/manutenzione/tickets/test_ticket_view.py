"""The ticket's page: who sees what of it, and what its forms do."""

import re
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from manutenzione.testing import contractor, operator, ticket_in
from manutenzione.tickets.forms import StepForm
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.words import State
from portal.testing.factories import BuildingFactory, CommonAreaFactory, DeskFactory, UserFactory, tenant_of
from tests.manutenzione.tickets.test_report_view import _photo

pytestmark = pytest.mark.django_db

CLIENT_ID = uuid.UUID("0d9f5d5e-3e4f-4c6b-9d0c-0a1b2c3d4e5f")


def _page(client, ticket, language=""):
    return client.get(f"{language}/manutenzione/{ticket.number}/")


def _take(client, ticket, verb, *, language="/en", **sent):
    return client.post(f"{language}/manutenzione/{ticket.number}/{verb}/", {"seen": ticket.version} | sent)


def _now(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def _form(answer, verb):
    return next(form for form in answer.context["forms"] if form.step.verb == verb)


# -- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [
        lambda ticket: tenant_of(BuildingFactory()),
        lambda ticket: UserFactory(),
        lambda ticket: contractor(),
        lambda ticket: UserFactory(roles=["portal.caseworker"]),
        lambda ticket: UserFactory(is_superuser=True),
    ],
    ids=["tenant elsewhere", "volunteer", "another contractor", "caseworker", "superuser"],
)
def test_a_foreign_ticket_is_as_missing_as_a_missing_one(client, who):
    ticket = ticket_in()
    client.force_login(who(ticket))

    foreign, missing = _page(client, ticket), client.get("/manutenzione/4711/")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content.replace(b"/manutenzione/1/", b"") == missing.content.replace(
        b"/manutenzione/4711/", b""
    )


@pytest.mark.parametrize(
    "path", ["/manutenzione/", "/manutenzione/1/", "/manutenzione/4711/", "/manutenzione/lavoro/"]
)
def test_a_visitor_is_sent_to_sign_in_whether_it_exists_or_not(client, path):
    ticket_in()

    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next={path}"


def _names_on(client, ticket, person):
    client.force_login(person)
    page = _page(client, ticket).content.decode().partition("<main")[2].partition("</main>")[0]
    return {name for name in ("Samira Haddad", "Roberto Sala", "Nuredin Hoxha") if name in page}


def test_names_are_for_staff_and_for_oneself(client):
    ticket = ticket_in()
    samira, roberto, nuredin = ticket.reporter, operator(display_name="Roberto Sala"), contractor()
    samira.display_name, nuredin.display_name = "Samira Haddad", "Nuredin Hoxha"
    samira.save()
    nuredin.save()
    ticket.triage(by=roberto, assignee=nuredin)
    ticket.hold(by=nuredin, note="Manca il pezzo")
    ticket.resolve(by=nuredin)
    ticket.reopen(by=samira, note="Ancora spenta")

    everybody = {"Samira Haddad", "Roberto Sala", "Nuredin Hoxha"}
    assert _names_on(client, ticket, operator()) == everybody
    assert _names_on(client, ticket, UserFactory(roles=["portal.auditor"])) == everybody
    assert _names_on(client, ticket, samira) == {"Samira Haddad"}
    assert _names_on(client, ticket, nuredin) == {"Nuredin Hoxha"}
    assert _names_on(client, ticket, tenant_of(ticket.building)) == set()


def test_steps_of_one_moment_stand_in_their_order(client):
    with time_machine.travel("2026-11-23 10:00Z", tick=False):
        ticket, anna = ticket_in(), operator()
        ticket.triage(by=anna, assignee=contractor())
        ticket.hold(by=anna, note="Manca il pezzo")
        client.force_login(ticket.reporter)

        history = _page(client, ticket).context["now"]()["history"]

    assert [entry.change.verb for entry in history] == ["hold", "assign", "triage", "report"]


def test_what_the_agency_reports_no_neighbour_is_said_to_have_reported(client):
    area = CommonAreaFactory()
    of_agency, of_neighbour = ticket_in(area=area, reporter=operator()), ticket_in(area=area)
    client.force_login(tenant_of(area.building))

    assert "Reported by the agency" in _page(client, of_agency, "/en").content.decode()
    assert "Reported by a neighbour" in _page(client, of_neighbour, "/en").content.decode()


def test_the_page_tells_where_it_stands_and_what_was_said(client):
    ticket = ticket_in(State.ON_HOLD, text="È buio")
    client.force_login(tenant_of(ticket.building))

    page = _page(client, ticket).content.decode()

    assert "È buio" in page
    assert "because of hold" in page
    assert 'aria-current="step"' in page
    assert f'data-live="manutenzione.ticket:{ticket.pk}"' in page


def test_words_of_people_are_text_and_never_markup(client):
    ticket = ticket_in(text="<script>alert(1)</script>")
    client.force_login(ticket.reporter)

    assert "<script>alert" not in _page(client, ticket).content.decode()


STEPS = {
    # person: {state: steps offered}
    "reporter": {
        State.SUBMITTED: ["cancel"],
        State.TRIAGED: ["cancel"],
        State.RESOLVED: ["confirm", "reopen"],
        State.CLOSED: ["reopen"],
        State.REJECTED: [],
    },
    "operator": {
        State.REJECTED: ["reconsider"],
        State.SUBMITTED: ["triage", "reject"],
        State.TRIAGED: ["assign", "resolve", "hold", "triage", "reject"],  # nobody has it yet
        State.ON_HOLD: ["resume", "resolve", "assign", "reject"],
        State.RESOLVED: ["reopen"],
        State.CANCELLED: [],
    },
    "neighbour": {state: [] for state in State},
    "auditor": {state: [] for state in State},
}


@pytest.mark.parametrize(("who", "state"), [(who, state) for who, steps in STEPS.items() for state in steps])
def test_the_steps_that_are_offered(client, who, state):
    ticket = ticket_in(state)
    person = {
        "reporter": lambda: ticket.reporter,
        "operator": operator,
        "neighbour": lambda: tenant_of(ticket.building),
        "auditor": lambda: UserFactory(roles=["portal.auditor"]),
    }[who]()
    client.force_login(person)

    assert [form.step.verb for form in _page(client, ticket).context["forms"]] == STEPS[who][state]


# -- the steps --------------------------------------------------------------------------------------------------------


def test_once_somebody_has_it_the_repair_comes_next(client):
    ticket, anna = ticket_in(State.TRIAGED), operator()
    ticket.assign(contractor(), by=anna)
    client.force_login(anna)

    steps = [form.step.verb for form in _page(client, ticket).context["forms"]]

    assert steps == ["resolve", "hold", "assign", "triage", "reject"]


def test_who_takes_it_on_has_it_unless_they_say_otherwise(client):
    ticket, anna, other = ticket_in(), operator(display_name="Anna Riva"), operator(display_name="Aldo Ferri")
    client.force_login(anna)

    person = _form(_page(client, ticket), "triage")["person"]

    with override("en"):
        choices = [(str(value), str(label)) for value, label in person.field.choices]
    assert choices == [
        ("", "somebody, later"),
        (str(anna.pk), "me: Anna Riva"),
        (str(other.pk), "Aldo Ferri"),
    ]
    assert f'<option value="{anna.pk}" selected>' in str(person)


SAID = {
    # step: (state before, what else is sent, what is said)
    "taken on, for oneself": (
        "triage",
        State.SUBMITTED,
        "me",
        "You have it now: it stands under “given to me”.",
    ),
    "taken on, for somebody": ("triage", State.SUBMITTED, "other", "Given to Nuredin Hoxha."),
    "taken on, for later": (
        "triage",
        State.SUBMITTED,
        "",
        "Taken on. It stands under “to be given” until somebody has it.",
    ),
    "put right": ("triage", State.TRIAGED, "", "Saved. The time for the repair follows the urgency."),
    "given": ("assign", State.TRIAGED, "other", "Given to Nuredin Hoxha."),
    "given while it waits": ("assign", State.ON_HOLD, "other", "Given to Nuredin Hoxha."),
    "held": ("hold", State.TRIAGED, "", "It waits. Whoever reported it reads what for."),
    "resumed": ("resume", State.ON_HOLD, "", "The work goes on."),
    "resolved": (
        "resolve",
        State.TRIAGED,
        "",
        "Repaired. Whoever reported it is asked whether it really is.",
    ),
    "confirmed": ("confirm", State.RESOLVED, "", "Thank you. The report is closed."),
    "reopened": ("reopen", State.RESOLVED, "", "Opened again: we look at it once more."),
    "rejected": ("reject", State.TRIAGED, "", "Not accepted. Whoever reported it reads why."),
    "accepted after all": (
        "reconsider",
        State.REJECTED,
        "",
        "Taken on after all. Whoever reported it is told.",
    ),
    "withdrawn": ("cancel", State.SUBMITTED, "", "You have taken the report back. Nobody comes any more."),
}


@pytest.mark.parametrize("what", SAID)
def test_what_has_happened_is_said_and_not_what_the_state_is_called(client, what):
    verb, state, whom, said = SAID[what]
    ticket, anna, nuredin = ticket_in(state), operator(), contractor(display_name="Nuredin Hoxha")
    client.force_login(ticket.reporter if verb in {"confirm", "cancel"} else anna)
    person = {"me": anna.pk, "other": nuredin.pk, "": ""}[whom]

    answer = _take(
        client,
        ticket,
        verb,
        note="Perché sì",
        category="leak",
        urgency="P1",
        person=person,
        client_id=str(CLIENT_ID),
    )

    page = client.get(answer.url)
    assert [str(message) for message in page.context["messages"]] == [said]


def test_an_operator_takes_it_on_and_gives_it_away_in_one_go(client):
    ticket, electrician = ticket_in(), contractor()
    client.force_login(operator())

    answer = _take(client, ticket, "triage", category="lighting", urgency="P1", person=electrician.pk)

    assert answer.url == f"/en/manutenzione/{ticket.number}/"
    ticket = _now(ticket)
    assert (ticket.state, ticket.urgency, ticket.assignee) == (State.TRIAGED, "P1", electrician)


def test_a_repair_is_shown_with_a_photo(client):
    ticket, anna = ticket_in(State.TRIAGED), operator()
    client.force_login(anna)
    form = {form.step.verb: form for form in _page(client, ticket).context["forms"]}["resolve"]

    _take(
        client, ticket, "resolve", note="Cambiata.", client_id=form["client_id"].value(), photos=[_photo(7)]
    )

    change = _now(ticket).changes.last()
    assert (change.verb, change.note, change.photos.count()) == ("resolve", "Cambiata.", 1)
    photo = change.photos.get()
    client.force_login(tenant_of(ticket.building))
    assert client.get(photo.small_url).status_code == 200
    client.force_login(tenant_of(BuildingFactory()))
    assert client.get(photo.small_url).status_code == 404


def test_a_broken_photo_of_the_repair_is_named_and_the_note_stays(client):
    ticket = ticket_in(State.TRIAGED)
    client.force_login(operator())
    broken = SimpleUploadedFile("rotta.jpg", b"", content_type="image/jpeg")

    answer = _take(
        client,
        ticket,
        "resolve",
        note="Cambiata.",
        client_id="0d9f5d5e-3e4f-4c6b-9d0c-0a1b2c3d4e5f",
        photos=[broken],
    )

    assert answer.status_code == 422
    assert "Cambiata." in answer.content.decode()
    assert _now(ticket).state == State.TRIAGED


@pytest.mark.parametrize("verb", ["hold", "reject"])
def test_a_step_without_its_reason_is_refused_next_to_the_field(client, verb):
    ticket = ticket_in(State.TRIAGED)
    client.force_login(operator())

    answer = _take(client, ticket, verb, note=" ")

    assert answer.status_code == 422
    assert "others want to know why" in answer.content.decode()
    assert _now(ticket).state == State.TRIAGED


def test_a_step_that_the_state_forbids_is_refused_in_words_and_keeps_what_was_written(client):
    ticket = ticket_in(State.SUBMITTED)
    client.force_login(operator())

    answer = _take(client, ticket, "hold", note="Manca il pezzo")

    assert answer.status_code == 409
    assert "This cannot be done now" in answer.content.decode()
    assert "Manca il pezzo" in answer.content.decode()
    assert _now(ticket).state == State.SUBMITTED


def test_the_second_operator_sees_who_was_quicker_and_may_decide_again(client):
    ticket, electrician, plumber = (
        ticket_in(State.TRIAGED),
        contractor(),
        contractor(display_name="Idraulico"),
    )
    client.force_login(operator())
    _now(ticket).assign(electrician, by=operator(display_name="Anna Riva"))

    answer = _take(client, ticket, "assign", person=plumber.pk, note="È acqua")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Anna Riva" in page
    assert "È acqua" in page
    assert _now(ticket).assignee == electrician
    form = _form(answer, "assign")
    assert form["seen"].value() == _now(ticket).version
    assert _take(client, _now(ticket), "assign", person=plumber.pk, note="È acqua").status_code == 302
    assert _now(ticket).assignee == plumber


@pytest.mark.parametrize("seen", ["-" + "9" * 30, "9" * 30, "-1", "²", "now"])
def test_a_forged_version_is_an_old_one(client, seen):
    ticket, anna = ticket_in(), operator()
    _now(ticket).triage(by=operator())
    client.force_login(anna)

    answer = _take(client, ticket, "hold", seen=seen, note="Manca il pezzo")

    assert answer.status_code == 409
    assert "Manca il pezzo" in answer.content.decode()
    assert _form(answer, "hold")["seen"].value() == _now(ticket).version


@pytest.mark.parametrize("who", ["reporter", "operator"])
def test_whoever_writes_a_note_knows_who_reads_it(client, who):
    ticket = ticket_in(State.TRIAGED)
    client.force_login(ticket.reporter if who == "reporter" else operator())

    notes = [form["note"] for form in _page(client, ticket).context["forms"]]

    assert notes
    with override("en"):
        assert {str(note.help_text).split(":")[0] for note in notes} == {
            "Everybody who lives in the building can read this"
        }


def _meanwhile(monkeypatch, act):
    """Somebody acts while the form is being looked at: after the page was found, before the step is taken."""
    look = StepForm.is_valid

    def is_valid(form):
        monkeypatch.setattr(StepForm, "is_valid", look)
        act()
        return look(form)

    monkeypatch.setattr(StepForm, "is_valid", is_valid)


def test_of_two_who_take_it_on_at_once_the_second_loses_nothing_that_was_chosen(client, monkeypatch):
    ticket, plumber, anna = ticket_in(), contractor(), operator(display_name="Anna Riva")
    client.force_login(operator())
    _meanwhile(monkeypatch, lambda: _now(ticket).triage(by=anna))
    chosen = {"category": "leak", "urgency": "P1", "note": "È acqua", "person": plumber.pk}

    answer = _take(client, ticket, "triage", **chosen)

    assert answer.status_code == 409
    assert "Anna Riva" in answer.content.decode()
    triage, assign = _form(answer, "triage"), _form(answer, "assign")
    assert {name: triage[name].value() for name in ("category", "urgency", "note")} == {
        "category": "leak",
        "urgency": "P1",
        "note": "È acqua",
    }
    assert triage["seen"].value() == _now(ticket).version
    assert f'<option value="{plumber.pk}" selected>' in str(assign["person"])


def test_a_step_that_became_impossible_while_it_was_sent_keeps_its_words(client, monkeypatch):
    ticket = ticket_in(State.TRIAGED)
    client.force_login(operator())
    _meanwhile(monkeypatch, lambda: _now(ticket).reject(by=operator(), note="Non è nostro"))

    answer = _take(client, ticket, "hold", note="Parole da non perdere")

    assert answer.status_code == 409
    assert "Parole da non perdere" in answer.content.decode()


REPEATED = {
    "hold": State.TRIAGED,
    "resume": State.ON_HOLD,
    "resolve": State.TRIAGED,
    "reject": State.TRIAGED,
    "reconsider": State.REJECTED,
    "confirm": State.RESOLVED,
    "reopen": State.RESOLVED,
    "cancel": State.TRIAGED,
}


@pytest.mark.parametrize("verb", REPEATED)
def test_a_phone_that_sends_a_step_again_hears_that_it_is_done(client, verb):
    """The first answer was lost on its way; the second is the same, and nothing happens twice."""
    ticket = ticket_in(REPEATED[verb])
    client.force_login(ticket.reporter if verb in {"confirm", "cancel"} else operator())

    first, again = (_take(client, ticket, verb, note="Perché sì", client_id=str(CLIENT_ID)) for _ in range(2))

    assert (
        (first.status_code, first.url)
        == (again.status_code, again.url)
        == (302, f"/en/manutenzione/{ticket.number}/")
    )
    assert _now(ticket).changes.filter(verb=verb, note="Perché sì").count() == 1


def test_who_was_signed_out_comes_back_to_the_page_with_the_forms(client):
    ticket = ticket_in()

    for answer in (_take(client, ticket, "triage"), client.get(f"/en/manutenzione/{ticket.number}/triage/")):
        assert answer.url == f"/en{reverse('account_login')}?next=/en/manutenzione/{ticket.number}/"


def test_a_colleague_was_quicker_and_the_step_is_not_possible_any_more(client):
    ticket = ticket_in(State.TRIAGED)
    client.force_login(operator())
    _now(ticket).reject(by=operator(), note="Non è nostro")

    answer = _take(client, ticket, "hold", note="Parole da non perdere")

    assert answer.status_code == 409
    assert "Parole da non perdere" in answer.content.decode()


def test_whoever_does_no_repairs_cannot_be_given_one(client):
    ticket, tenant = ticket_in(State.TRIAGED), UserFactory()
    client.force_login(operator())

    answer = _take(client, ticket, "assign", person=tenant.pk)

    assert answer.status_code == 422
    assert "Choose a person from the list." in answer.content.decode()


@pytest.mark.parametrize(
    "verb",
    ["triage", "assign", "hold", "resume", "resolve", "reopen", "reject", "reconsider", "cancel", "confirm"],
)
def test_a_neighbour_takes_no_step_and_learns_nothing(client, verb):
    ticket = ticket_in(State.RESOLVED)
    client.force_login(tenant_of(ticket.building))

    assert _take(client, ticket, verb, note="x").status_code == 404
    assert _now(ticket).state == State.RESOLVED


@pytest.mark.parametrize("verb", ["delete", "save", "report", "_step"])
def test_an_invented_verb_is_missing(client, verb):
    ticket = ticket_in()
    client.force_login(operator())

    assert _take(client, ticket, verb).status_code == 404


def test_who_asks_for_the_address_of_a_step_is_led_to_the_report(client):
    """A reload by address, or the language switch on the answer to a refused step."""
    ticket = ticket_in()
    client.force_login(ticket.reporter)

    answer = client.get(f"/en/manutenzione/{ticket.number}/cancel/")

    assert answer.url == f"/en/manutenzione/{ticket.number}/"
    assert client.get(f"/en/manutenzione/{ticket.number}/triage/").status_code == 404
    assert client.get(f"/en/manutenzione/{ticket.number}/delete/").status_code == 404
    assert client.put(f"/en/manutenzione/{ticket.number}/cancel/").status_code == 405
    assert _now(ticket).state == State.SUBMITTED


def _unfolded(page):
    return re.findall(r'<details class="ticket-step" id="step-(\w+)" open>', page)


@pytest.mark.parametrize(
    ("state", "unfolded"), [(State.SUBMITTED, []), (State.RESOLVED, ["confirm"]), (State.CLOSED, [])]
)
def test_only_what_the_reporter_is_asked_for_is_unfolded(client, state, unfolded):
    """Whoever reads little presses the one button that the page shows: it must not take the report back."""
    ticket = ticket_in(state)
    client.force_login(ticket.reporter)

    page = _page(client, ticket).content.decode()

    assert _unfolded(page) == unfolded
    primary = (
        page.partition('id="ticket-steps"')[2].partition('id="ticket-history"')[0].count("button--primary")
    )
    assert primary == len(unfolded)


def test_a_step_that_was_refused_is_unfolded(client):
    ticket = ticket_in()
    client.force_login(ticket.reporter)

    assert _unfolded(_take(client, ticket, "cancel").content.decode()) == ["cancel"]


def test_the_reporter_hears_whose_turn_it_is_and_a_neighbour_what_to_do(client):
    ticket = ticket_in(State.RESOLVED)
    client.force_login(ticket.reporter)
    assert 'href="#step-confirm">Your turn: is it repaired?' in _page(client, ticket, "/en").content.decode()
    again = f'href="/en/manutenzione/segnala/?area={ticket.area.label}"'

    client.force_login(tenant_of(ticket.building))
    page = _page(client, ticket, "/en").content.decode()

    assert "Your turn" not in page
    assert again in page
    client.force_login(operator())
    assert again not in _page(client, ticket, "/en").content.decode()


def test_who_was_refused_knows_whom_to_ask(client):
    DeskFactory(phone="02 0000 0101")
    ticket = ticket_in(State.REJECTED)
    client.force_login(ticket.reporter)

    page = _page(client, ticket, "/en").content.decode()

    assert 'href="tel:0200000101"' in page.partition('id="ticket"')[2].partition('id="ticket-steps"')[0]


@pytest.mark.parametrize(
    ("reported", "urgency", "promise"),
    [
        ("2026-11-24 00:38", "P2", "We answer by Wednesday, 25 November 2026."),
        ("2026-11-24 22:30", "P1", "We answer by Wednesday, 25 November 2026."),
        ("2026-11-24 09:30", "P1", "We answer by Tuesday, 24 November 2026, 13:30."),
    ],
)
def test_an_hour_is_promised_only_for_the_same_day(client, reported, urgency, promise):
    moment = datetime.strptime(reported, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Europe/Rome"))
    with time_machine.travel(moment, tick=False):
        ticket = ticket_in(urgency=urgency)
        client.force_login(ticket.reporter)
        pages = _page(client, ticket, "/en"), client.get(f"/en/manutenzione/{ticket.number}/ricevuta/")

    assert promise in " ".join(pages[0].content.decode().split())
    assert promise[promise.index("answer") :].replace("answer", "answer you") in " ".join(
        pages[1].content.decode().split()
    )


def test_the_reporter_confirms(client):
    ticket = ticket_in(State.RESOLVED)
    client.force_login(ticket.reporter)

    _take(client, ticket, "confirm")

    assert _now(ticket).state == State.CLOSED


def test_the_reporter_opens_it_again_and_says_why(client):
    ticket = ticket_in(State.RESOLVED)
    client.force_login(ticket.reporter)

    assert _take(client, ticket, "reopen").status_code == 422
    assert _take(client, ticket, "reopen", note="È ancora spenta").status_code == 302
    assert _now(ticket).state == State.TRIAGED


def test_a_contractor_says_that_it_waits_and_why(client):
    ticket, electrician = ticket_in(State.TRIAGED), contractor()
    ticket.assign(electrician, by=None)
    client.force_login(electrician)

    _take(client, ticket, "hold", note="Ordinato il pezzo")

    assert _now(ticket).state == State.ON_HOLD
