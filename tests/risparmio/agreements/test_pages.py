"""The pages of agreements, as a phone without JavaScript meets them: whose they are, what they ask first."""

import time
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from portal.access.step_up import STEP_UP_BY, STEP_UP_UNTIL
from portal.testing.factories import BuildingFactory, DeskFactory, OrganizationFactory, UserFactory, tenant_of
from portal.ui.days import month as in_words
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import SavingsPlan
from risparmio.agreements.words import Asked, Kind, State
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.goals.models import SavingsGoal
from risparmio.goals.words import Picture
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.words import Purpose
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
NEXT_MONTH = (TODAY.replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira Hassan")


@pytest.fixture
def elena():
    return caseworker(display_name="Elena")


@pytest.fixture
def agreement(samira, elena):
    return agreement_of(samira, by=elena)


@pytest.fixture
def enter(client):
    """`enter(person)`: signed in, and proved a moment ago; `why=` says why to whatever is opened."""

    def entered(person, *, proved=True):
        client.force_login(person)
        if proved:
            session = client.session
            session[STEP_UP_UNTIL], session[STEP_UP_BY] = int(time.time()) + 3600, person.pk
            session.save()
        return client

    return entered


def at(name, *args):
    with override("en"):
        return reverse(f"risparmio:{name}", args=args)


def opened(client, url):
    """As staff: the question why is answered first."""
    client.post(url, {"why": "contract"})
    return client.get(url)


def text_of(answer) -> str:
    return answer.content.decode()


def propose(agreement, by, **told):
    terms = {
        "kind": Kind.CHANGE,
        "since": NEXT_MONTH,
        "cents": 3_000,
        "due_day": 27,
        "reason": "Meno lavoro",
    }
    return SavingsPlan.propose(agreement, by=by, client_id=uuid.uuid4(), **terms | told)


PAGES = ["agreement", "plan", "propose", "exit"]


# -- who finds them ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_the_household_opens_its_pages_with_a_fresh_sign_in_and_without_a_question(
    enter, agreement, samira, page
):
    url = at(page, agreement.pk)
    assert "/account/conferma/" in enter(samira, proved=False).get(url)["Location"]
    assert enter(samira).get(url).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "supporter", "exit_pdf"])
def test_to_a_neighbour_they_are_as_missing_as_what_is_not_there(enter, agreement, page):
    browser = enter(tenant_of(BuildingFactory()), proved=False)
    assert browser.get(at(page, agreement.pk)).status_code == 404
    assert browser.get(at(page, agreement.pk + 1)).status_code == 404


@pytest.mark.parametrize("page", ["agreement", "plan", "exit"])
@pytest.mark.parametrize(
    "role", ["portal.caseworker", "risparmio.treasurer", "risparmio.approver", "portal.auditor"]
)
def test_staff_are_asked_why_and_the_household_can_read_it(enter, agreement, samira, page, role):
    browser = enter(UserFactory(roles=[role]))
    url = at(page, agreement.pk)
    asked = text_of(browser.get(url))
    assert "Why do you open this" in asked
    assert "How much there is" not in asked

    assert browser.get(url).status_code == 200
    answer = opened(browser, url)

    assert "Why do you open this" not in text_of(answer)
    assert samira.pk in [read.about_id for read in _reads()]


BELOW = ["statement", "pay_in", "payouts", "receipts", "goals", "ask_payout", "take_cash", "plan"]


def _way_back(answer):
    crumbs = BeautifulSoup(answer.content, "html.parser").select_one(".breadcrumbs")
    return " ".join(crumbs.get_text(" ").split())


@pytest.mark.parametrize("page", BELOW)
def test_the_way_back_names_the_household_to_staff(enter, agreement, samira, elena, page):
    way = _way_back(opened(enter(elena), at(page, agreement.pk)))
    assert "Savings agreements" in way
    assert str(agreement) in way
    assert "Our savings" not in way
    if page != "take_cash":
        assert "Our savings" in _way_back(enter(samira).get(at(page, agreement.pk)))


def test_the_way_back_from_a_receipt_and_a_payout(enter, agreement, samira, elena):
    receipt = CashReceipt.take(agreement, by=elena, desk=DeskFactory(), cents=5_000, client_id=uuid.uuid4())
    payout = Payout.request(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        cents=2_000,
        purpose=Purpose.FURNITURE,
        payee="Samira Hassan",
        iban="DE89370400440532013000",
    )
    for thing in (receipt, payout):
        url = f"/en{thing.get_absolute_url().removeprefix('/en')}"
        assert str(agreement) in _way_back(opened(enter(elena), url))
        assert "Our savings" in _way_back(enter(samira).get(url))


def _reads():
    from portal.access.models import ConfidentialRead

    return ConfidentialRead.objects.all()


@pytest.mark.parametrize(
    "person", [approver, lambda: UserFactory(roles=["portal.auditor"])], ids=["approver", "auditor"]
)
def test_whoever_only_reads_is_offered_nothing_to_do(enter, agreement, samira, person):
    propose(agreement, samira)
    browser = enter(person())
    assert "I agree and sign" not in text_of(opened(browser, at("plan", agreement.pk)))
    assert 'method="post"' not in text_of(opened(browser, at("exit", agreement.pk))).split("<main")[1]
    assert browser.get(at("propose", agreement.pk)).status_code == 404
    assert browser.get(at("open")).status_code == 404
    for verb in ("sign", "paper", "decline"):
        assert browser.post(at("plan_step", agreement.plans.last().pk, verb)).status_code == 404
    for verb in ("ask", "begin", "stay", "draw", "sign", "paper"):
        assert browser.post(at("exit_step", agreement.pk, verb)).status_code == 404


def test_an_outsider_reads_what_savings_are_and_nothing_of_anybodys(enter, agreement):
    page = text_of(enter(UserFactory()).get(at("mine")))
    assert "There is no savings agreement of your household" in page
    assert agreement.reference not in page


def test_whoever_works_with_savings_finds_their_pages_where_a_household_finds_its_own(
    enter, agreement, elena
):
    def leads_to(person):
        page = BeautifulSoup(enter(person).get(at("mine")).content, "html.parser")
        return {link["href"] for link in page.select("main nav a")}

    assert leads_to(elena) == {at("agreements"), at("cash")}
    assert {at("agreements"), at("day"), at("approvals"), at("book")} < leads_to(approver())
    assert at("approvals") not in leads_to(treasurer())
    assert leads_to(UserFactory()) == set()


# -- what they say ----------------------------------------------------------------------------------------------------


def test_who_is_behind_is_offered_a_pause_first(enter, samira, elena):
    january = datetime(TODAY.year, 1, 5, 12, tzinfo=UTC)
    told = {"starts_on": date(TODAY.year, 1, 5), "ends_on": date(TODAY.year + 1, 3, 31), "at": january}
    agreement = agreement_of(samira, by=elena, **told)
    if not agreement.is_late():
        pytest.skip("no day has passed this year")
    page = text_of(enter(samira).get(at("mine")))
    assert "It happens" in page
    assert "Ask for a pause" in page
    assert "For how long?" in text_of(enter(samira).get(at("propose", agreement.pk)))
    talk = text_of(enter(samira).get(f"{at('propose', agreement.pk)}?cosa=colloquio"))
    with override("en"):
        assert reverse("portal:book") in talk
        assert reverse("portal:write") in talk


def test_what_waits_stands_at_the_top_for_both_sides(enter, agreement, samira, elena):
    bookings.transfer_in(open_bank(1), agreement.ledger, 10_000, key="own", about=agreement)
    payout = Payout.request(
        agreement,
        by=elena,
        client_id=uuid.uuid4(),
        cents=2_500,
        purpose=Purpose.FURNITURE,
        payee="Samira Hassan",
        iban="DE89370400440532013000",
    )
    agreement.ask_exit(by=samira)

    def top(answer):
        return text_of(answer).split("How much there is")[0] + text_of(answer).split("The next payment")[0]

    theirs = top(enter(samira).get(at("mine")))
    staff = top(opened(enter(elena), at("agreement", agreement.pk)))
    for page in (theirs, staff):
        assert f"{payout.pk}/" in page
        assert "€25.00" in page
        assert at("exit", agreement.pk) in page
    assert "Read it and sign" in theirs, "others have asked for it"
    assert "Read it and sign" not in staff
    assert "The household has asked to move on" in staff


def test_of_several_months_that_are_still_to_come_it_says_which(enter, samira, elena):
    with time_machine.travel(datetime(2026, 8, 3, 12, tzinfo=UTC)):
        agreement = agreement_of(samira, by=elena)
    bank = open_bank(1)
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC)):
        bookings.transfer_in(bank, agreement.ledger, 2_000, key="a", about=agreement)
        page = text_of(enter(samira).get(at("mine")))
        assert "<bdi>€130.00</bdi> were for the months from August 2026 to October 2026." in page
        bookings.transfer_in(bank, agreement.ledger, 8_000, key="b", about=agreement)
        page = text_of(enter(samira).get(at("mine")))
        assert "<bdi>€50.00</bdi> were for 10 October 2026." in page


def test_whoever_has_paid_ahead_reads_until_when(enter, samira, elena):
    with time_machine.travel(datetime(2026, 8, 3, 12, tzinfo=UTC)):
        agreement = agreement_of(samira, by=elena)
        bookings.transfer_in(open_bank(1), agreement.ledger, 5_000, key="a", about=agreement)
        browser, ahead = enter(samira), "Paid ahead until"
        assert ahead not in text_of(browser.get(at("mine")))
        bookings.transfer_in(open_bank(1), agreement.ledger, 12_000, key="b", about=agreement)
        for page in (text_of(browser.get(at("mine"))), text_of(browser.get(at("goals", agreement.pk)))):
            assert page.count(f"{ahead} October 2026") == 1
        assert "<bdi>€30.00</bdi> by 10 November 2026." in text_of(browser.get(at("mine")))


def test_a_parish_stands_on_the_page(enter, agreement, samira, elena):
    parish = OrganizationFactory(name="San Martino")
    browser = enter(elena)
    opened(browser, at("supporter", agreement.pk))
    assert browser.post(at("supporter", agreement.pk), {"supporter": "999"}).status_code == 422
    browser.post(at("supporter", agreement.pk), {"supporter": parish.pk})
    assert "San Martino" in text_of(enter(samira).get(at("mine")))
    assert enter(samira).post(at("supporter", agreement.pk), {"supporter": ""}).status_code == 404


# -- plans ------------------------------------------------------------------------------------------------------------


def form(**told):
    return {
        "client_id": str(uuid.uuid4()),
        "cents": "30.00",
        "due_day": "27",
        "since": NEXT_MONTH.isoformat(),
        "reason": "Less work",
    } | told


def test_a_household_proposes_less_and_the_caseworker_signs(enter, agreement, samira, elena):
    url = f"{at('propose', agreement.pk)}?cosa=importo"
    sent = form()
    browser = enter(samira)
    for _time in range(2):
        assert browser.post(url, sent).status_code == 302
    plan = agreement.plans.get(kind=Kind.CHANGE)
    assert (plan.cents, plan.due_day, plan.since, plan.reason) == (3_000, 27, NEXT_MONTH, "Less work")

    browser = enter(elena)
    assert "Less work" in text_of(opened(browser, at("plan", agreement.pk)))
    browser.post(at("plan_step", plan.pk, "sign"))

    assert SavingsPlan.objects.get(pk=plan.pk).state == Asked.AGREED


def test_a_pause_of_two_months(enter, agreement, samira):
    url = f"{at('propose', agreement.pk)}?cosa=pausa"
    enter(samira).post(url, form(months="2"))
    plan = agreement.plans.get(kind=Kind.PAUSE)
    after = (NEXT_MONTH + timedelta(days=32)).replace(day=1)
    assert (plan.cents, plan.since, plan.until) == (0, NEXT_MONTH, after)


def test_another_end_and_goal_are_proposed_and_signed(enter, agreement, samira, elena):
    url = f"{at('propose', agreement.pk)}?cosa=fine"
    browser = enter(samira)
    page = text_of(browser.get(url))
    assert agreement.ends_on.isoformat() in page, "as it is now stands there"
    sent = {
        "client_id": str(uuid.uuid4()),
        "ends_on": (agreement.ends_on - timedelta(days=30)).isoformat(),
        "goal": "reserve",
        "goal_cents": "1200",
        "reason": "Meno tempo",
    }
    for wrong in ({"ends_on": "x"}, {"ends_on": "2999-01-01"}, {"goal": "yacht"}, {"goal_cents": "0"}):
        assert browser.post(url, sent | wrong).status_code == 422
    assert agreement.plans.count() == 1
    assert browser.post(url, sent).status_code == 302
    plan = agreement.plans.get(kind=Kind.AIM)

    browser = enter(elena)
    page = text_of(opened(browser, at("plan", agreement.pk)))
    assert "€1,200.00" in page
    assert "a reserve for what may come" in page
    browser.post(at("plan_step", plan.pk, "sign"))
    assert SavingsAgreement.objects.get().goal_cents == 120_000
    assert "€1,200.00" in text_of(enter(samira).get(at("mine")))


def test_after_the_end_both_sides_read_that_it_is_over_and_what_to_do(enter, samira, elena):
    months_ago = {"starts_on": TODAY - timedelta(days=120), "at": timezone.now() - timedelta(days=120)}
    agreement = agreement_of(samira, by=elena, **months_ago)
    SavingsAgreement.objects.filter(pk=agreement.pk).update(ends_on=TODAY - timedelta(days=40))
    later = f"{at('propose', agreement.pk)}?cosa=fine"
    for page in (
        text_of(enter(samira).get(at("mine"))),
        text_of(opened(enter(elena), at("agreement", agreement.pk))),
    ):
        assert "The time that was agreed is over" in page
        assert later in page
    assert later not in text_of(opened(enter(approver()), at("agreement", agreement.pk)))
    browser = enter(samira)
    assert "nothing is promised any more" in text_of(browser.get(at("plan", agreement.pk)))
    assert "Until which day?" in text_of(browser.get(at("propose", agreement.pk)))
    for what in ("importo", "pausa"):
        page = text_of(browser.get(f"{at('propose', agreement.pk)}?cosa={what}"))
        assert "Agree on a later day first" in page
        assert "<select" not in page.split("<main")[1]


def test_the_same_form_with_other_words_is_409_and_what_was_typed_stays(enter, agreement, samira):
    url, sent = f"{at('propose', agreement.pk)}?cosa=importo", form()
    browser = enter(samira)
    browser.post(url, sent)
    again = browser.post(url, sent | {"reason": "Another reason"})
    assert again.status_code == 409
    assert "Another reason" in text_of(again)
    assert sent["client_id"] not in text_of(again), "sent once more it is a new one"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cents": "0"},
        {"cents": "-5"},
        {"cents": "NaN"},
        {"cents": "12,5,0"},
        {"cents": "1e18"},
        {"cents": "2000.01"},
        {"due_day": "29"},
        {"due_day": "x"},
        {"since": "2001-01-01"},
        {"since": "x"},
        {"reason": ""},
        {"client_id": "x"},
    ],
)
def test_what_is_no_plan_is_said_and_stays_typed(enter, agreement, samira, wrong):
    answer = enter(samira).post(f"{at('propose', agreement.pk)}?cosa=importo", form(**wrong))
    assert answer.status_code == 422
    assert "data-error-summary" in text_of(answer)
    assert agreement.plans.count() == 1
    assert ("due_day" in wrong) == ("these days every month has" in text_of(answer))


def test_without_a_fresh_sign_in_nothing_typed_is_lost(enter, agreement, samira):
    answer = enter(samira, proved=False).post(f"{at('propose', agreement.pk)}?cosa=importo", form())
    assert answer.status_code == 403
    assert "Less work" in text_of(answer)
    assert agreement.plans.count() == 1


@pytest.mark.parametrize("what", ["pausa", "importo", "fine"])
def test_while_one_waits_or_all_ends_nothing_else_is_offered_and_the_way_is_shown(
    enter, agreement, samira, elena, what
):
    browser, url = enter(samira), f"{at('propose', agreement.pk)}?cosa={what}"
    form = 'name="reason"'
    assert form in text_of(browser.get(url))
    propose(agreement, samira)
    page = text_of(browser.get(url)).split("<main")[1]
    assert form not in page
    assert f'href="{at("plan", agreement.pk)}">Read it' in page
    agreement.begin_exit(by=elena, on=TODAY)
    page = text_of(browser.get(url)).split("<main")[1]
    assert form not in page
    assert at("exit", agreement.pk) in page


def test_what_was_agreed_for_later_stands_as_what_comes_next(enter, agreement, samira, elena):
    propose(agreement, samira, cents=4_000).sign(by=elena)
    later = propose(agreement, samira)
    later.sign(by=elena)
    page = text_of(enter(samira).get(at("plan", agreement.pk)))
    with override("en"):
        month = in_words(NEXT_MONTH)
    comes, before = page.split("What comes next")[1].split("What was agreed before")
    assert f"From {month}" in comes
    assert "€30.00" in comes
    assert "€30.00" not in before
    assert "€40.00" in before, "another one came in its place"
    agreement.begin_exit(by=elena, on=TODAY)
    assert "What comes next" not in text_of(enter(samira).get(at("plan", agreement.pk)))


def test_while_one_waits_another_is_409(enter, agreement, samira):
    propose(agreement, samira)
    answer = enter(samira).post(f"{at('propose', agreement.pk)}?cosa=importo", form())
    assert answer.status_code == 409
    assert "Another proposal waits" in text_of(answer)
    assert "Less work" in text_of(answer), "what was typed"
    assert at("plan", agreement.pk) in text_of(answer).split("<main")[1]


def test_who_has_signed_already_is_told_that_the_other_side_comes_next(enter, agreement, samira):
    plan = propose(agreement, samira)
    answer = enter(samira).post(at("plan_step", plan.pk, "sign"), follow=True)
    assert "The other side signs next" in text_of(answer)
    assert SavingsPlan.objects.get(pk=plan.pk).state == Asked.PROPOSED


def test_who_was_slower_reads_so(enter, agreement, samira, elena):
    plan = propose(agreement, samira)
    plan.decline(by=samira)
    browser = enter(elena)
    opened(browser, at("plan", agreement.pk))
    answer = browser.post(at("plan_step", plan.pk, "sign"))
    assert answer.status_code == 409
    assert "decided on meanwhile" in text_of(answer)
    assert browser.get(at("plan_step", plan.pk, "sign")).status_code == 302


def test_paper_is_written_down_by_a_colleague(enter, samira, elena):
    agreement = agreement_of(samira, by=elena, signed=False)
    plan = agreement.plans.get()
    browser = enter(elena)
    assert "has signed on paper" not in text_of(opened(browser, at("plan", agreement.pk)))
    assert browser.post(at("plan_step", plan.pk, "paper")).status_code == 409
    assert enter(samira).post(at("plan_step", plan.pk, "paper")).status_code == 404

    browser = enter(treasurer())
    assert "has signed on paper" in text_of(opened(browser, at("plan", agreement.pk)))
    browser.post(at("plan_step", plan.pk, "paper"))
    assert SavingsPlan.objects.get().state == Asked.AGREED


def test_a_talk_is_offered_and_written_down(enter, agreement, samira, elena):
    url = f"{at('propose', agreement.pk)}?cosa=colloquio"
    browser = enter(elena)
    opened(browser, url)
    browser.post(url)
    assert "would like to talk with you" in text_of(enter(samira).get(at("mine")))
    browser = enter(elena)
    opened(browser, url)
    browser.post(url, {"over": "1"})
    assert SavingsAgreement.objects.get().talk_wanted_by == ""

    enter(samira).post(url)
    assert SavingsAgreement.objects.get().talk_wanted_by == "household"


# -- staff ------------------------------------------------------------------------------------------------------------


def test_the_list_is_found_by_name_number_and_reference(enter, agreement, samira):
    other = agreement_of()
    browser = enter(approver())
    for query in (agreement.household.name, "hassan", str(agreement.number), agreement.reference[:8].lower()):
        page = text_of(browser.get(at("agreements"), {"q": query}))
        assert at("agreement", agreement.pk) in page
    page = text_of(browser.get(at("agreements"), {"q": "hassan"}))
    assert at("agreement", other.pk) not in page
    assert enter(samira).get(at("agreements")).status_code == 404


@pytest.mark.parametrize("show", ["", "late", "over", "talk", "match", "leaving", "closed", "all", "x"])
def test_each_part_of_the_list(enter, samira, elena, show):
    bank = open_bank(1)
    running, leaving, talking, waiting = (agreement_of(match_percent=10) for _one in range(4))
    leaving.begin_exit(by=elena, on=TODAY)
    talking.want_talk(by=elena)
    bookings.transfer_in(bank, waiting.ledger, 1_000, key="own", about=waiting)
    past = {"starts_on": TODAY - timedelta(days=70), "at": timezone.now() - timedelta(days=70)}
    late = agreement_of(**past)
    over = agreement_of(**past)
    SavingsAgreement.objects.filter(pk=over.pk).update(ends_on=TODAY - timedelta(days=1))
    closed = agreement_of()
    SavingsAgreement.objects.filter(pk=closed.pk).update(state=State.CLOSED, closed_on=TODAY)
    wanted = {
        "": {running, leaving, talking, waiting, late, over},
        "late": {one for one in (running, talking, waiting, late, over) if one.is_late()},
        "over": {over},
        "talk": {talking},
        "match": {waiting},
        "leaving": {leaving},
        "closed": {closed},
        "all": {running, leaving, talking, waiting, late, over, closed},
        "x": {running, leaving, talking, waiting, late, over},
    }[show]
    page = enter(elena).get(at("agreements"), {"show": show}).context["page"]
    assert set(page) == wanted
    assert not late.is_late() or show != "late" or late in page


def opening(tenancy, **told):
    return {
        "client_id": str(uuid.uuid4()),
        "tenancy": tenancy.pk,
        "goal": "deposit",
        "goal_cents": "900",
        "cents": "50",
        "due_day": "10",
        "starts_on": TODAY.isoformat(),
        "ends_on": tenancy.ends_on.isoformat(),
        "match_percent": "20",
        "supporter": "",
    } | told


def test_a_search_with_a_zero_byte_in_it_is_a_search(enter, samira, elena):
    """PostgreSQL takes none."""
    page = enter(elena).get("/en/risparmio/nuovo/", {"q": "\x00Samira\x00"})
    assert (page.status_code, page.context["query"]) == (200, "Samira")
    assert len(page.context["found"]) == 1


def test_a_caseworker_chooses_a_household_and_opens_an_agreement(enter, samira, elena):
    tenancy = samira.household_memberships.get().household.tenancies.get()
    browser = enter(elena)
    assert f"?tenancy={tenancy.pk}" in text_of(browser.get(at("open"), {"q": "hassan"}))
    assert "service agreement runs from" in text_of(browser.get(at("open"), {"tenancy": tenancy.pk}))
    sent = opening(tenancy)
    for _time in range(2):
        assert browser.post(at("open"), sent).status_code == 302
    agreement = SavingsAgreement.objects.get()
    assert (agreement.goal_cents, agreement.match_percent, agreement.plans.get().cents) == (90_000, 20, 5_000)
    assert browser.post(at("open"), sent | {"cents": "51"}).status_code == 409
    page = text_of(browser.get(at("open")))
    assert f"?tenancy={tenancy.pk}" not in page
    assert "Nobody found" not in page, "nobody has searched"
    assert "Nobody found" in text_of(browser.get(at("open"), {"q": "hassan"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"goal": "yacht"},
        {"goal_cents": "1e9"},
        {"cents": "0"},
        {"due_day": "31"},
        {"starts_on": "1999-01-01"},
        {"ends_on": "2999-01-01"},
        {"ends_on": "x"},
        {"match_percent": "101"},
        {"supporter": "999"},
    ],
)
def test_what_is_no_agreement_is_said(enter, samira, elena, wrong):
    tenancy = samira.household_memberships.get().household.tenancies.get()
    answer = enter(elena).post(at("open"), opening(tenancy, **wrong))
    assert answer.status_code == 422
    assert "data-error-summary" in text_of(answer)
    assert not SavingsAgreement.objects.exists()


def test_nobody_opens_one_for_their_own_household_nor_for_none(enter, samira):
    samira.give_role("portal.caseworker", by=None)
    tenancy = samira.household_memberships.get().household.tenancies.get()
    browser = enter(samira)
    assert f"?tenancy={tenancy.pk}" not in text_of(browser.get(at("open")))
    assert browser.post(at("open"), opening(tenancy)).status_code == 404
    for tenancy_id in ("0", "x", "9" * 30):
        assert browser.get(at("open"), {"tenancy": tenancy_id}).status_code == 404


# -- moving on --------------------------------------------------------------------------------------------------------


def test_from_we_move_on_to_a_statement_that_both_have_signed(enter, agreement, samira, elena):
    bookings.transfer_in(open_bank(1), agreement.ledger, 12_345, key="own", about=agreement)
    url = at("exit", agreement.pk)
    enter(samira).post(at("exit_step", agreement.pk, "ask"))
    browser = enter(elena)
    assert "said on" in text_of(opened(browser, url))
    assert browser.post(at("exit_step", agreement.pk, "begin"), {"on": "x"}).status_code == 422
    assert browser.post(at("exit_step", agreement.pk, "begin"), {"on": "1999-01-01"}).status_code == 422
    browser.post(at("exit_step", agreement.pk, "begin"), {"on": TODAY.isoformat()})
    sent = {"client_id": str(uuid.uuid4())}
    for _time in range(2):
        browser.post(at("exit_step", agreement.pk, "draw"), sent)
    statement = FinalStatement.objects.get()
    assert "€123.45" in text_of(browser.get(url))
    browser.post(at("exit_step", agreement.pk, "sign"), {"statement": statement.pk})
    browser = enter(samira)
    assert browser.post(at("exit_step", agreement.pk, "sign"), {"statement": 10**9}).status_code == 409
    assert browser.post(at("exit_step", agreement.pk, "sign"), {"statement": "x"}).status_code == 422
    browser.post(at("exit_step", agreement.pk, "sign"), {"statement": statement.pk})

    assert statement.is_signed
    passed = [step["is_passed"] for step in browser.get(url).context["steps"]]
    assert passed == [True, True, True, False, False, False, False]


def test_nobody_begins_it_with_a_tap(enter, agreement, samira, elena):
    """The day is chosen, and before that stands what follows and who takes it back."""
    browser = enter(elena)
    page = BeautifulSoup(opened(browser, at("exit", agreement.pk)).content, "html.parser")
    field = page.select_one("main input[name=on]")
    assert not field.get("value")
    assert "can take it back here" in field.find_parent("form").get_text()
    answer = browser.post(at("exit_step", agreement.pk, "begin"), {"on": ""})
    assert answer.status_code == 422
    assert "Choose the day." in text_of(answer)
    assert SavingsAgreement.objects.get().state == State.OPEN


def test_a_household_takes_back_in_its_own_words_that_it_moves_on(enter, agreement, samira):
    agreement.ask_exit(by=samira)
    page = text_of(enter(samira).get(at("exit", agreement.pk)))
    assert "We stay" in page
    assert "You said on" in page
    assert "The household stays" not in page


def moves_on(agreement, samira, elena, cents=12_345):
    """Saved, leaves, and both have signed how much goes back."""
    bookings.transfer_in(open_bank(1), agreement.ledger, cents, key="own", about=agreement)
    agreement.begin_exit(by=elena, on=TODAY)
    drawn = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    for person in (elena, samira):
        drawn.sign(by=person)
    return drawn


def asks_for_all(agreement, by):
    return Payout.request(
        agreement,
        by=by,
        client_id=uuid.uuid4(),
        cents=agreement.held,
        purpose=Purpose.EXIT,
        payee="Samira Hassan",
        iban="IT60X0542811101000000123456",
    )


def test_the_money_is_asked_for_once_the_household_has_signed_and_again_where_it_was_refused(
    enter, agreement, samira, elena
):
    bookings.transfer_in(open_bank(1), agreement.ledger, 12_345, key="own", about=agreement)
    agreement.begin_exit(by=elena, on=TODAY)
    drawn = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    url, button = at("exit", agreement.pk), at("ask_payout", agreement.pk)
    assert button not in text_of(enter(samira).get(url))
    drawn.sign(by=samira)
    assert button in text_of(enter(samira).get(url))
    assert button not in text_of(opened(enter(approver()), url)), "to whom that page is missing"

    payout = asks_for_all(agreement, samira)
    page = text_of(enter(samira).get(url))
    assert button not in page
    assert payout.get_absolute_url().removeprefix("/it") in page

    payout.refuse(by=approver(), reason="Un altro IBAN")
    page = text_of(enter(samira).get(url))
    assert button in page
    assert payout.get_absolute_url().removeprefix("/it") in page, "it says why"


def test_nobody_is_offered_to_stay_while_the_savings_are_paid_out(enter, agreement, samira, elena):
    bookings.transfer_in(open_bank(1), agreement.ledger, 12_345, key="own", about=agreement)
    agreement.begin_exit(by=elena, on=TODAY)
    url, stay = at("exit", agreement.pk), at("exit_step", agreement.pk, "stay")
    browser = enter(elena)
    assert stay in text_of(opened(browser, url))
    drawn = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    for person in (elena, samira):
        drawn.sign(by=person)
    asks_for_all(agreement, samira)
    assert stay not in text_of(browser.get(url))
    assert browser.post(stay).status_code == 409


def test_who_has_everything_back_reads_what_they_took_along(enter, agreement, samira, elena):
    """Neither a ring at nothing, nor months that never came."""
    moves_on(agreement, samira, elena)
    goal = SavingsGoal.begin(
        agreement, by=samira, client_id=uuid.uuid4(), name="Bici", picture=Picture.values[0]
    )
    payout = asks_for_all(agreement, samira)
    payout.approve(by=approver())
    lucia = treasurer()
    payout.order(by=lucia)
    payout.confirm(open_bank(1), by=lucia, key="line", day=None)
    agreement.close_if_done(by=lucia)
    assert SavingsAgreement.objects.get().state == State.CLOSED

    page = text_of(enter(samira).get(at("mine")))
    assert "You took along" in page
    assert "€123.45" in page.split("You took along")[1].split("</section>")[0]
    for failure in ("The way to the goal", "still to come", "Put aside so far", "Month by month"):
        assert failure not in page
    page = text_of(enter(samira).get(at("goals", agreement.pk)))
    assert goal.name in page
    assert "What you can split" not in page
    assert "more than you can split" not in page
    assert "The household took along" in text_of(opened(enter(elena), at("agreement", agreement.pk)))


def test_how_to_pay_is_always_there_while_it_runs(enter, samira, elena):
    """Before the first plan is signed, and where all months are paid."""
    agreement = agreement_of(samira, by=elena, signed=False)
    assert at("pay_in", agreement.pk) in text_of(enter(samira).get(at("mine")))
    agreement.plans.get().sign(by=samira)
    bookings.transfer_in(open_bank(1), agreement.ledger, 90_000, key="all", about=agreement)
    page = text_of(enter(samira).get(at("mine")))
    assert "Nothing has to be paid now" in page
    assert at("pay_in", agreement.pk) in page


def test_the_statement_is_offered_in_the_languages_of_the_household(
    enter, agreement, samira, elena, monkeypatch
):
    """A caseworker prints it for people who read Arabic."""
    type(samira).objects.filter(pk=samira.pk).update(language="ar")
    agreement.begin_exit(by=elena, on=TODAY)
    FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    monkeypatch.setattr("risparmio.agreements.exit_views.can_print_pdf", lambda: True)
    made = []
    monkeypatch.setattr(
        "risparmio.agreements.exit_views.pdf",
        lambda *told, language, **more: made.append((language, get_language())) or b"%PDF",
    )
    browser, url = enter(elena), at("exit_pdf", agreement.pk)
    page = text_of(opened(browser, at("exit", agreement.pk)))
    assert f"{url}?lingua=ar" in page
    assert f"{url}?lingua=en" in page
    for asked in ("?lingua=ar", "?lingua=xx", ""):
        assert browser.get(f"{url}{asked}").status_code == 200
    assert made == [("ar", "ar"), ("en", "en"), ("en", "en")]


def test_the_statement_on_paper(enter, agreement, samira, elena, monkeypatch):
    agreement.begin_exit(by=elena, on=TODAY)
    url = at("exit_pdf", agreement.pk)
    browser = enter(samira)
    assert browser.get(url).status_code == 404
    FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    monkeypatch.setattr("risparmio.agreements.exit_views.can_print_pdf", lambda: False)
    assert browser.get(url)["Location"] == at("exit", agreement.pk)
    monkeypatch.undo()
    from portal.ui.pdf import can_print_pdf

    if can_print_pdf():
        assert browser.get(url).content.startswith(b"%PDF")


def test_ended_all_pages_stay_readable(enter, agreement, samira, elena):
    agreement.begin_exit(by=elena, on=TODAY)
    drawn = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    for person in (elena, samira):
        drawn.sign(by=person)
    assert SavingsAgreement.objects.get().state == State.CLOSED
    browser = enter(samira)
    for page in ("agreement", "plan", "exit"):
        assert browser.get(at(page, agreement.pk)).status_code == 200
    assert "has ended" in text_of(browser.get(at("mine")))
    assert browser.get(at("propose", agreement.pk)).status_code == 404


# -- how much they ask ------------------------------------------------------------------------------------------------


def queries(browser, url) -> int:
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(url).status_code == 200
    return len(asked)


def test_pages_ask_the_same_of_little_and_of_much(enter, agreement, samira, elena):
    """At most fifteen, with one payment and plan and with many; with two agreements in the list and with thirty."""
    bank = open_bank(1)
    agreement_of()
    staff, own = enter(elena), at("mine")
    urls = {"agreements": at("agreements"), "late": f"{at('agreements')}?show=late"}
    urls |= {page: at(page, agreement.pk) for page in PAGES}
    for page in PAGES:
        opened(staff, urls[page])
    few = {name: queries(staff, url) for name, url in urls.items()}
    household = enter(samira)
    few |= {
        f"own {name}": queries(household, url)
        for name, url in (urls | {"mine": own}).items()
        if name in (*PAGES, "mine")
    }

    for number in range(20):
        bookings.transfer_in(bank, agreement.ledger, 100, key=f"t{number}", about=agreement)
        propose(agreement, samira, cents=3_000 + number).sign(by=elena)
    for _number in range(28):
        agreement_of()

    staff = enter(elena)
    for page in PAGES:
        opened(staff, urls[page])
    many = {name: queries(staff, url) for name, url in urls.items()}
    household = enter(samira)
    many |= {
        f"own {name}": queries(household, url)
        for name, url in (urls | {"mine": own}).items()
        if name in (*PAGES, "mine")
    }
    assert many == few
    assert {name: count for name, count in many.items() if count > 15} == {}
