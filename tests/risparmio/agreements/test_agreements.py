"""A household and the agency agree on a plan, change it, pause it; whoever belongs to neither cannot."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from portal.events.models import Event
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.errors import NotPossible
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import PlanSignature, SavingsPlan
from risparmio.agreements.words import Asked, Goal, Kind, Side
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, open_bank
from risparmio.sent import OtherBody
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

NEXT_MONTH = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def elena():
    return caseworker(display_name="Elena")


def change(agreement, by, **told):
    terms = {
        "kind": Kind.CHANGE,
        "since": NEXT_MONTH,
        "cents": 3_000,
        "due_day": 27,
        "reason": "Meno lavoro",
    } | told
    return SavingsPlan.propose(agreement, by=by, **{"client_id": uuid.uuid4()} | terms)


def kinds():
    return list(
        Event.objects.filter(kind__startswith="risparmio.").order_by("id").values_list("kind", flat=True)
    )


def test_an_agreement_opens_with_a_plan_that_the_household_signs(samira, elena):
    agreement = agreement_of(samira, by=elena, signed=False)
    plan = agreement.plans.get()
    assert (plan.state, plan.kind, [one.side for one in plan.signatures.all()]) == (
        "proposed",
        "first",
        ["agency"],
    )
    assert [month.promised for month in agreement.months()] == [0] * 18, "nothing is promised yet"

    plan.sign(by=samira, at=timezone.now().replace(day=1))

    assert agreement.plans.get().state == Asked.AGREED
    assert [month.promised for month in agreement.months()] == [5_000] * 18
    assert kinds() == ["risparmio.agreement.opened", "risparmio.plan.proposed", "risparmio.plan.agreed"]


def test_its_reference_and_its_account_lead_to_nobody(samira):
    agreement = agreement_of(samira)

    assert agreement.reference.startswith("RF")
    assert agreement.ledger.code.startswith("household-")
    assert samira.display_name not in agreement.ledger.code
    assert agreement.ledger.highest == 0


def test_numbers_count_without_gaps():
    assert [agreement_of().number for _one in range(3)] == [1, 2, 3]


def test_sent_twice_it_is_one(samira, elena):
    tenancy = samira.household_memberships.get().household.tenancies.get()
    told = {
        "client_id": uuid.uuid4(),
        "tenancy": tenancy,
        "goal": Goal.DEPOSIT,
        "goal_cents": 90_000,
        "starts_on": timezone.localdate(),
        "ends_on": tenancy.ends_on,
        "cents": 5_000,
        "due_day": 10,
    }
    first = SavingsAgreement.open(by=elena, **told)

    assert SavingsAgreement.open(by=elena, **told) == first
    for other in ({"cents": 5_001}, {"match_percent": 20}, {"goal": Goal.RESERVE}):
        with pytest.raises(OtherBody):
            SavingsAgreement.open(by=elena, **told | other)
    assert SavingsPlan.objects.count() == book_of_money().accounts.count() == 1
    with pytest.raises(NotPossible):
        SavingsAgreement.open(by=elena, **told | {"client_id": uuid.uuid4()})


@pytest.mark.parametrize(
    "role", ["risparmio.approver", "portal.auditor", "portal.editor", "manutenzione.operator"]
)
def test_only_caseworkers_and_treasurers_open_one(samira, role):
    with pytest.raises(PermissionDenied):
        agreement_of(samira, by=UserFactory(roles=[role]))
    with pytest.raises(PermissionDenied):
        agreement_of(samira, by=samira)
    assert agreement_of(samira, by=treasurer()).number == 1


def test_what_the_household_proposes_the_agency_signs(samira, elena):
    agreement = agreement_of(samira)
    plan = change(agreement, samira)
    assert plan.signatures.get().side == Side.HOUSEHOLD

    plan.sign(by=elena)

    assert [month.promised for month in agreement.months()][:3] == [5_000, 3_000, 3_000]
    assert set(plan.signatures.values_list("side", "person")) == {
        ("household", samira.pk),
        ("agency", elena.pk),
    }


def test_a_pause_ends_by_itself(samira, elena):
    agreement = agreement_of(samira)
    change(agreement, elena, kind=Kind.PAUSE, cents=0, until=NEXT_MONTH, reason="Malattia").sign(by=samira)

    assert [str(month.standing) for month in agreement.months()][1] == "paused"
    assert [month.promised for month in agreement.months()][:3] == [5_000, 0, 5_000]


def test_nobody_signs_for_both_sides(samira):
    """Somebody of the agency who lives under an agreement is a household in it."""
    samira.give_role("portal.caseworker", by=None)
    agreement = agreement_of(samira)
    plan = change(agreement, samira)

    plan.sign(by=samira)

    assert plan.state == SavingsPlan.objects.get(pk=plan.pk).state == Asked.PROPOSED
    with pytest.raises(PermissionDenied):
        plan.sign(by=samira, on_paper=True)


def test_nor_does_whoever_opens_one_for_their_own_household(samira):
    samira.give_role("portal.caseworker", by=None)
    with pytest.raises(PermissionDenied):
        agreement_of(samira, by=samira)


def test_nor_in_the_table(samira, elena):
    plan = change(agreement_of(samira), samira)
    with pytest.raises(IntegrityError, match="both|person"), transaction.atomic():
        PlanSignature.objects.create(plan=plan, side=Side.AGENCY, person=samira)


def test_signed_twice_it_is_signed_once(samira, elena):
    agreement = agreement_of(samira)
    plan = change(agreement, samira)
    for _time in range(2):
        plan.sign(by=elena)
    assert plan.signatures.count() == 2
    assert kinds().count("risparmio.plan.agreed") == 2, "of the first plan, and of this one"


def test_on_paper_the_staff_write_down_what_a_household_signed(samira, elena):
    agreement = agreement_of(samira, by=elena, signed=False)
    plan = agreement.plans.get()
    lucia = treasurer()

    plan.sign(by=lucia, on_paper=True)

    signature = plan.signatures.get(side=Side.HOUSEHOLD)
    assert (signature.on_paper, signature.person, plan.state) == (True, lucia, Asked.AGREED)


def test_but_never_whoever_signed_for_the_agency(samira, elena):
    """Four eyes: otherwise one person alone makes a household promise something."""
    plan = agreement_of(samira, by=elena, signed=False).plans.get()
    with override("en"), pytest.raises(NotPossible, match="colleague"):
        plan.sign(by=elena, on_paper=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanSignature.objects.create(plan=plan, side=Side.HOUSEHOLD, person=elena, on_paper=True)
    assert plan.signatures.count() == 1


def test_declined_or_taken_back_nothing_changes(samira, elena):
    agreement = agreement_of(samira)
    change(agreement, samira).decline(by=elena)
    change(agreement, samira).decline(by=samira)

    assert list(agreement.plans.values_list("state", flat=True)) == ["agreed", "declined", "withdrawn"]
    assert {month.promised for month in agreement.months()} == {5_000}
    for verb in (lambda plan: plan.decline(by=elena), lambda plan: plan.sign(by=elena)):
        with pytest.raises(NotPossible):
            verb(agreement.plans.last())


def test_one_proposal_waits_at_a_time_and_none_for_months_that_are_over(samira, elena):
    agreement = agreement_of(samira)
    key = uuid.uuid4()
    waiting = change(agreement, samira, client_id=key)
    assert change(agreement, samira, client_id=key) == waiting
    with pytest.raises(NotPossible):
        change(agreement, elena)
    waiting.decline(by=samira)
    with pytest.raises(ValidationError, match="since"):
        change(agreement, elena, since=timezone.localdate().replace(day=1) - timedelta(days=1))


def test_who_belongs_to_neither_side_proposes_and_signs_nothing(samira, elena):
    agreement = agreement_of(samira)
    plan = change(agreement, samira)
    neighbour = tenant_of(BuildingFactory())
    for stranger in (neighbour, approver(), UserFactory(roles=["portal.auditor"])):
        for verb in (
            lambda who: change(agreement, who),
            lambda who: plan.sign(by=who),
            lambda who: plan.decline(by=who),
        ):
            with pytest.raises(PermissionDenied):
                verb(stranger)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": Kind.FIRST}, "kind"),
        ({"kind": "gift"}, "kind"),
        ({"cents": 0}, "cents"),
        ({"cents": -1}, "cents"),
        ({"cents": 10_000_000}, "cents"),
        ({"cents": 30.5}, "cents"),
        ({"due_day": 0}, "due_day"),
        ({"due_day": 31}, "due_day"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"since": date(2060, 1, 1)}, "since"),
        ({"until": NEXT_MONTH}, "until"),
        ({"kind": Kind.PAUSE, "cents": 0}, "until"),
        ({"kind": Kind.PAUSE, "cents": 0, "until": date(2060, 1, 1)}, "until"),
        ({"kind": Kind.PAUSE, "cents": 100, "until": NEXT_MONTH}, "cents"),
        ({"kind": Kind.PAUSE, "cents": 0, "until": NEXT_MONTH - timedelta(days=40)}, "until"),
    ],
)
def test_no_plan_is_anything_else(samira, wrong, field):
    """Said by the field that is wrong, and never by the database alone."""
    agreement = agreement_of(samira)
    with pytest.raises(ValidationError) as error:
        change(agreement, samira, **wrong)
    assert list(error.value.message_dict) == [field]
    assert agreement.plans.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"goal": "yacht"}, "goal"),
        ({"goal_cents": 0}, "goal_cents"),
        ({"goal_cents": 10**18}, "goal_cents"),
        ({"cents": 200_001}, "cents"),
        ({"due_day": 29}, "due_day"),
        ({"match_percent": 101}, "match_percent"),
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"ends_on": None}, "ends_on"),
    ],
)
def test_no_agreement_either(samira, elena, wrong, field):
    tenancy = samira.household_memberships.get().household.tenancies.get()
    told = {
        "goal": Goal.DEPOSIT,
        "goal_cents": 90_000,
        "starts_on": tenancy.starts_on,
        "ends_on": tenancy.ends_on,
        "cents": 5_000,
        "due_day": 10,
    }
    with pytest.raises(ValidationError) as error:
        SavingsAgreement.open(by=elena, client_id=uuid.uuid4(), tenancy=tenancy, **told | wrong)
    assert list(error.value.message_dict) == [field]
    assert not book_of_money().accounts.exists()


@pytest.mark.parametrize(("field", "days"), [("starts_on", -1), ("ends_on", 1)])
def test_it_lies_within_the_service_agreement(samira, elena, field, days):
    tenancy = samira.household_memberships.get().household.tenancies.get()
    told = {"starts_on": tenancy.starts_on, "ends_on": tenancy.ends_on}
    told[field] += timedelta(days=days)
    terms = {"goal": Goal.DEPOSIT, "goal_cents": 90_000, "cents": 5_000, "due_day": 10}
    with pytest.raises(ValidationError, match=field):
        SavingsAgreement.open(by=elena, client_id=uuid.uuid4(), tenancy=tenancy, **terms, **told)


def test_who_moved_out_or_lives_otherwise_opens_none(samira, elena):
    tenancy = samira.household_memberships.get().household.tenancies.get()
    terms = {"goal": Goal.DEPOSIT, "goal_cents": 90_000, "cents": 5_000, "due_day": 10, "tenancy": tenancy}
    terms |= {"starts_on": tenancy.starts_on, "ends_on": tenancy.ends_on}
    for changes in ({"left_on": timezone.localdate()}, {"kind": "reception", "left_on": None}):
        vars(tenancy).update(changes)
        with pytest.raises(NotPossible):
            SavingsAgreement.open(by=elena, client_id=uuid.uuid4(), **terms)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cents": 0},
        {"cents": 10_000_000},
        {"due_day": 0},
        {"due_day": 31},
        {"reason": ""},
        {"until": NEXT_MONTH},
        {"kind": Kind.PAUSE, "cents": 0},
        {"kind": Kind.PAUSE, "cents": 100, "until": NEXT_MONTH},
        {"kind": Kind.PAUSE, "cents": 0, "until": NEXT_MONTH - timedelta(days=40)},
    ],
)
def test_nor_in_the_table_is_a_plan_anything_else(samira, wrong):
    agreement = agreement_of(samira)
    terms = {
        "kind": Kind.CHANGE,
        "since": NEXT_MONTH,
        "cents": 3_000,
        "due_day": 27,
        "reason": "Meno",
    } | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingsPlan.objects.create(agreement=agreement, client_id=uuid.uuid4(), **terms)


def test_the_same_id_with_other_words_is_another_plan_and_changes_nothing(samira):
    agreement, key = agreement_of(samira), uuid.uuid4()
    plan = change(agreement, samira, client_id=key)
    for other in ({"cents": 2_999}, {"reason": "Un altro motivo"}, {"due_day": 26}):
        with pytest.raises(OtherBody) as error:
            change(agreement, samira, client_id=key, **other)
        assert error.value.row == plan
    assert SavingsPlan.objects.get(pk=plan.pk).cents == 3_000


def test_who_signs_late_is_not_late_with_what_was_before(samira, elena):
    """Opened in January, signed in March: nothing was promised for January and February."""
    january = datetime(2026, 1, 5, 12, tzinfo=UTC)
    agreement = agreement_of(
        samira, by=elena, signed=False, starts_on=date(2026, 1, 5), ends_on=date(2026, 6, 30), at=january
    )
    agreement.plans.get().sign(by=samira, at=january + timedelta(days=60))

    assert [month.promised for month in agreement.months()] == [0, 0, 5_000, 5_000, 5_000, 5_000]


def test_a_pause_holds_from_its_month_on_whenever_it_is_signed(samira, elena):
    january = datetime(2026, 1, 5, 12, tzinfo=UTC)
    told = {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 6, 30), "at": january}
    agreement = agreement_of(samira, by=elena, **told)
    february = date(2026, 2, 1)
    pause = change(agreement, samira, kind=Kind.PAUSE, cents=0, since=february, until=february, at=january)
    less = january + timedelta(days=100)
    pause.sign(by=elena, at=less)
    change(agreement, samira, since=february, at=january).sign(by=elena, at=less)

    assert [month.promised for month in agreement.months()] == [5_000, 0, 5_000, 3_000, 3_000, 3_000]


# -- another end, another goal ----------------------------------------------------------------------------------------


def another(agreement, by, **told):
    """Half a year longer, towards a reserve of 1,200.00."""
    aim = {"ends_on": agreement.ends_on + timedelta(days=180), "goal": Goal.RESERVE, "goal_cents": 120_000}
    return SavingsPlan.propose_aim(
        agreement, by=by, **{"client_id": uuid.uuid4(), "reason": "Ancora un anno qui"} | aim | told
    )


def stays_until(agreement, ends_on):
    """The service agreement is prolonged."""
    agreement.tenancy.ends_on = ends_on
    agreement.tenancy.save()


def aim_of(agreement):
    now = SavingsAgreement.objects.get(pk=agreement.pk)
    return now.ends_on, now.goal, now.goal_cents


def test_another_end_and_goal_hold_once_both_have_signed(samira, elena):
    agreement = agreement_of(samira, by=elena)
    before = aim_of(agreement)
    later = agreement.ends_on + timedelta(days=180)
    stays_until(agreement, later)
    plan = another(agreement, samira)
    assert aim_of(agreement) == before

    plan.sign(by=elena)

    assert aim_of(agreement) == (later, Goal.RESERVE, 120_000)
    now = SavingsAgreement.objects.get()
    assert (now.promised_now(), now.months()[-1].promised) == (5_000, 5_000), "the amount goes on"
    assert (now.months()[-1].month.year, now.months()[-1].month.month) == (later.year, later.month)
    first = agreement.plans.get(kind=Kind.FIRST)
    assert (first.ends_on, first.goal, first.goal_cents) == before, "what was signed first stays known"


def test_not_agreed_all_stays_as_it_was(samira, elena):
    agreement = agreement_of(samira)
    before = aim_of(agreement)
    plan = another(agreement, elena, ends_on=agreement.ends_on)
    plan.decline(by=samira)
    assert aim_of(agreement) == before
    with pytest.raises(NotPossible):
        plan.sign(by=samira)


def test_who_agrees_on_a_later_end_after_the_old_one_is_late_with_no_month_between(samira, elena):
    """
    | August  | September | October | November | December |
    | the end | free      | free    | signed   | promised |
    """
    with time_machine.travel(datetime(2026, 8, 1, 12, tzinfo=UTC)):
        agreement = agreement_of(samira, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 31))
    with time_machine.travel(datetime(2026, 11, 5, 12, tzinfo=UTC)):
        agreement = SavingsAgreement.objects.get()
        assert agreement.has_run_out
        assert agreement.terms_now() is None
        assert list(SavingsAgreement.objects.run_out()) == [agreement]
        stays_until(agreement, date(2026, 12, 31))
        another(agreement, samira, ends_on=date(2026, 12, 31)).sign(by=elena)

        agreement = SavingsAgreement.objects.get()
        assert [month.promised for month in agreement.months()] == [5_000, 0, 0, 5_000, 5_000]
        assert not agreement.has_run_out
        assert agreement.terms_now().cents == 5_000
        assert not SavingsAgreement.objects.run_out().exists()


def test_an_earlier_end_promises_less(samira, elena):
    agreement = agreement_of(samira)
    this_month = timezone.localdate()
    another(agreement, elena, ends_on=this_month).sign(by=samira)
    assert len(SavingsAgreement.objects.get().months()) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": timezone.localdate() - timedelta(days=1)}, "ends_on"),
        ({"ends_on": date(2999, 1, 1)}, "ends_on"),
        ({"ends_on": None}, "ends_on"),
        ({"goal": "yacht"}, "goal"),
        ({"goal_cents": 0}, "goal_cents"),
        ({"goal_cents": 10**9}, "goal_cents"),
        ({"reason": " "}, "reason"),
        ({"goal": Goal.DEPOSIT, "goal_cents": 90_000}, "ends_on"),  # as it is already
    ],
)
def test_no_end_and_no_goal_is_anything_else(samira, wrong, field):
    agreement = agreement_of(samira)
    with pytest.raises(ValidationError) as refused:
        another(agreement, samira, **{"ends_on": agreement.ends_on} | wrong)
    assert field in refused.value.error_dict


def test_another_end_is_sent_once_one_at_a_time_and_by_the_two_sides(samira, elena):
    agreement = agreement_of(samira)
    told = {"client_id": uuid.uuid4(), "ends_on": agreement.ends_on}
    for person in (approver(), tenant_of(BuildingFactory()), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            another(agreement, person, **told)
    plan = another(agreement, samira, **told)
    assert another(agreement, samira, **told) == plan
    with pytest.raises(OtherBody):
        another(agreement, samira, **told | {"goal_cents": 130_000})
    with pytest.raises(NotPossible):
        another(agreement, samira, ends_on=agreement.ends_on)
    plan.sign(by=elena)
    assert another(agreement, samira, **told) == plan, "also once it holds"
    agreement.begin_exit(by=elena, on=timezone.localdate())
    with pytest.raises(NotPossible):
        another(agreement, samira, ends_on=agreement.ends_on, goal_cents=99_900)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": None},
        {"goal": ""},
        {"goal_cents": None},
        {"goal_cents": 0},
        {"cents": 100},
        {"kind": Kind.CHANGE, "cents": 100},
    ],
)
def test_nor_in_the_table_is_what_for_anything_else(samira, wrong):
    agreement = agreement_of(samira)
    terms = {"kind": Kind.AIM, "since": NEXT_MONTH, "cents": 0, "due_day": 1, "reason": "Di più"}
    terms |= {"ends_on": agreement.ends_on, "goal": Goal.RESERVE, "goal_cents": 1} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingsPlan.objects.create(agreement=agreement, client_id=uuid.uuid4(), **terms)


def test_each_side_signs_once_in_the_table_too(samira):
    plan = change(agreement_of(samira), samira)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanSignature.objects.create(plan=plan, side=Side.HOUSEHOLD)


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_whoever_signs_takes_their_turn_at_the_agreement_first(samira, elena):
    """As whoever begins an exit does, which takes back what waits: a plan is never signed and taken back."""
    agreement = agreement_of(samira)
    for verb in ("sign", "decline"):
        plan = SavingsPlan.objects.select_related("agreement").get(pk=change(agreement, samira).pk)
        with CaptureQueriesContext(connection) as asked:
            getattr(plan, verb)(by=elena)
        tables = [
            found[1] for one in asked if (found := re.search(r'FROM "(risparmio_savings\w+)"', one["sql"]))
        ]
        assert tables.index("risparmio_savingsagreement") < tables.index("risparmio_savingsplan"), verb


def test_it_is_of_all_adults_of_the_household_and_of_nobody_who_left(samira):
    agreement = agreement_of(samira)
    household = agreement.household
    omar, child = UserFactory(), UserFactory()
    household.add(omar, by=None)
    household.add(child, by=None, is_adult=False)

    def sees(person):
        rule = person.has_perm("risparmio.view_savingsagreement", agreement)
        assert SavingsAgreement.objects.visible_to(person).filter(pk=agreement.pk).exists() == rule
        return rule

    assert [sees(one) for one in (samira, omar, child)] == [True, True, False]
    household.remove(omar, by=None)
    assert not sees(omar)


def test_paid_in_is_what_the_household_put_aside_itself(samira):
    agreement, bank = agreement_of(samira), open_bank(1)
    told = {"about": agreement}
    bookings.transfer_in(bank, agreement.ledger, 5_000, key="a", **told)
    bookings.cash_in(1, agreement.ledger, 2_000, key="b", **told)
    wrong = bookings.cash_in(1, agreement.ledger, 700, key="c", **told)
    wrong.reverse(key="c-back")
    bookings.agency_funds(bank, 10_000, key="d", **told)
    bookings.agency_matches(agreement.ledger, 1_000, key="e", **told)
    bookings.order_payout(agreement.ledger, 3_000, key="f", **told)

    assert (agreement.held, agreement.paid_in(), agreement.matched(), agreement.taken_out()) == (
        5_000,
        7_000,
        1_000,
        3_000,
    )
    of_many = SavingsAgreement.objects.with_held().get()
    assert (of_many.held, of_many.paid_in()) == (5_000, 7_000)
    assert [month.paid for month in agreement.months()][:3] == [5_000, 2_000, 0]
