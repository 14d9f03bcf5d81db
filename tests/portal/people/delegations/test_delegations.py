"""Delegations: offered and accepted, recorded from a paper, ended by either, and never more than was granted."""

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from portal.access import may_act_for, principals_of
from portal.events import NeverOnBehalf, history_of, record
from portal.events.models import Event
from portal.extensions import NeverDelegated
from portal.notifications.models import Notification
from portal.people.delegations import notifications as delegation_news
from portal.people.delegations.models import ANSWER_WITHIN, DelegateCode, Delegation, longest_until
from portal.people.delegations.privacy import (
    erase_delegations,
    expire_codes,
    expire_delegations,
    export_delegations,
    forget_addresses,
)
from portal.testing.factories import (
    DelegationFactory,
    HouseholdFactory,
    OrganizationFactory,
    UserFactory,
    volunteer_of,
)

from .conftest import SCOPE

pytestmark = pytest.mark.django_db


def soon(days=30) -> date:
    return timezone.localdate() + timedelta(days=days)


def offered(rosa, whom, **changes):
    told = {"scope": SCOPE, "until": soon(), "client_id": uuid.uuid4()}
    return Delegation.offer(whom, by=rosa, **{**told, **changes})


def granted(rosa, teresa, **changes):
    return DelegationFactory(principal=rosa, delegate=teresa, scope=SCOPE, **changes)


def on_paper(rosa, teresa, by, **changes):
    told = {"scope": SCOPE, "until": soon(), "paper_date": timezone.localdate(), "client_id": uuid.uuid4()}
    return Delegation.on_paper(rosa, teresa, by=by, **{**told, **changes})


# -- asking and saying yes --------------------------------------------------------------------------------------------


def test_rosa_asks_by_the_code_that_teresa_reads_out_and_teresa_says_yes(rosa, teresa):
    offer = offered(rosa, DelegateCode.draw(teresa).code)
    assert not may_act_for(teresa, rosa, SCOPE)

    assert offer.accept(by=teresa)

    assert may_act_for(teresa, rosa, SCOPE)
    assert not may_act_for(rosa, teresa, SCOPE)
    assert not may_act_for(teresa, rosa, "portal.other")
    assert [event.kind for event in history_of(offer)] == [
        "portal.delegation.offered",
        "portal.delegation.granted",
    ]


@pytest.mark.parametrize("known_by", ["email", "phone"])
def test_an_address_or_number_will_do(rosa, teresa, known_by):
    assert offered(rosa, getattr(teresa, known_by)).delegate == teresa


def test_a_code_of_yesterday_names_nobody(rosa, teresa):
    code = DelegateCode.draw(teresa).code
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert offered(rosa, code).delegate is None


def test_a_new_code_makes_the_one_before_worth_nothing(rosa, teresa):
    old = DelegateCode.draw(teresa).code
    DelegateCode.draw(teresa)

    assert offered(rosa, old).delegate is None


def test_nothing_tells_rosa_whether_somebody_is_known(rosa, teresa):
    known, unknown = offered(rosa, teresa.email), offered(rosa, "nobody@abitare.example")

    assert (known.shown_delegate, unknown.shown_delegate) == (teresa.email, "nobody@abitare.example")
    assert set(Delegation.objects.asked_by(rosa)) == {known, unknown}
    known.decline(by=teresa)
    assert set(Delegation.objects.asked_by(rosa)) == {known, unknown}, "who says no says nothing"
    assert "Teresa" not in str(list(export_delegations(rosa)))
    assert {row["ended_on"] for row in export_delegations(rosa)} == {None}


def test_an_account_that_closes_tells_rosa_nothing_either(rosa, teresa):
    offer = offered(rosa, teresa.email)
    teresa.close_account(by=None)

    assert list(Delegation.objects.asked_by(rosa)) == [offer]


def test_an_offer_costs_the_same_questions_whoever_is_asked(rosa, teresa):
    counts = []
    for whom in (teresa.email, "nobody@abitare.example", teresa.phone, "+390200000778"):
        with CaptureQueriesContext(connection) as asked:
            offered(rosa, whom)
        counts.append(len(asked))
    assert len(set(counts[1:])) == 1
    assert counts[0] - counts[1] in (0, 1), "the first also asks which content type a delegation is"


def test_an_offer_sent_twice_is_one(rosa, teresa):
    client_id = uuid.uuid4()

    assert offered(rosa, teresa.email, client_id=client_id) == offered(
        rosa, teresa.email, client_id=client_id
    )
    assert Delegation.objects.count() == 1


def test_somebody_elses_client_id_is_refused(rosa, teresa):
    offer = offered(rosa, teresa.email)

    with pytest.raises(ValidationError):
        offered(UserFactory(), teresa.email, client_id=offer.client_id)


def test_nobody_acts_for_themselves(rosa, teresa):
    with pytest.raises(ValidationError):
        offered(teresa, teresa.email)
    with pytest.raises(IntegrityError), transaction.atomic():
        granted(rosa, rosa)


@pytest.mark.parametrize("days", [-1, 800], ids=["a day that is over", "too long"])
def test_a_time_that_makes_no_sense(rosa, teresa, days):
    with pytest.raises(ValidationError):
        offered(rosa, teresa.email, until=soon(days))


def test_the_longest_time_is_a_setting(rosa, teresa, settings):
    settings.PORTAL_DELEGATION_MONTHS = 2
    last = longest_until()

    assert timedelta(days=50) < last - timezone.localdate() < timedelta(days=63)
    assert offered(rosa, teresa.email, until=last).last_day == last


def test_until_today_is_until_tonight(rosa, teresa):
    offer = offered(rosa, teresa.email, until=timezone.localdate())
    offer.accept(by=teresa)

    assert may_act_for(teresa, rosa, SCOPE)
    with time_machine.travel(offer.valid_until):
        assert not may_act_for(teresa, rosa, SCOPE)


def test_an_end_before_the_beginning_is_refused_by_the_database(rosa, teresa):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        granted(rosa, teresa, valid_from=now, valid_until=now)


def test_two_that_hold_for_one_pair_and_scope_are_refused_by_the_database(rosa, teresa):
    granted(rosa, teresa)
    with pytest.raises(IntegrityError), transaction.atomic():
        granted(rosa, teresa)


def test_a_newer_one_takes_the_place_of_the_older(rosa, teresa):
    older, newer = granted(rosa, teresa), offered(rosa, teresa.email)

    newer.accept(by=teresa)

    older.refresh_from_db()
    assert older.ending == Delegation.Ending.REPLACED
    assert list(Delegation.objects.open()) == [newer]


def test_only_who_was_asked_accepts(rosa, teresa):
    offer = offered(rosa, teresa.email)

    assert not offer.accept(by=UserFactory())
    assert not offer.accept(by=rosa)
    assert not Delegation.objects.open().exists()


def test_an_offer_that_was_taken_back_or_is_too_old_cannot_be_accepted(rosa, teresa):
    taken_back, old = offered(rosa, teresa.email), offered(rosa, teresa.email)
    taken_back.end(by=rosa)

    assert not taken_back.accept(by=teresa)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert not old.accept(by=teresa)


def test_saying_yes_twice_is_saying_it_once(rosa, teresa):
    offer = offered(rosa, teresa.email)

    assert offer.accept(by=teresa)
    assert offer.accept(by=teresa)
    assert [event.kind for event in history_of(offer)].count("portal.delegation.granted") == 1


# -- on paper ---------------------------------------------------------------------------------------------------------


def test_the_desk_records_what_rosa_signed(rosa, teresa):
    elena = UserFactory(roles=["portal.caseworker"])
    grant = on_paper(rosa, teresa, elena)

    assert may_act_for(teresa, rosa, SCOPE)
    assert (grant.recorded_by, grant.paper_date) == (elena, timezone.localdate())


def test_a_paper_sent_twice_is_recorded_once(rosa, teresa):
    elena, client_id = UserFactory(roles=["portal.caseworker"]), uuid.uuid4()

    assert on_paper(rosa, teresa, elena, client_id=client_id) == on_paper(
        rosa, teresa, elena, client_id=client_id
    )


def test_whoever_records_a_paper_for_themselves_may_act_for_a_day(rosa):
    elena = UserFactory(roles=["portal.caseworker"])
    grant = on_paper(rosa, elena, elena, until=soon(90))

    assert grant.valid_until - grant.valid_from == timedelta(days=1)


def test_a_paper_of_tomorrow_is_refused(rosa, teresa):
    with pytest.raises(ValidationError):
        on_paper(rosa, teresa, UserFactory(), paper_date=soon(1))


# -- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rosa", "teresa", "the desk"])
def test_either_of_them_ends_it_and_so_does_the_desk(rosa, teresa, who):
    grant = granted(rosa, teresa)
    epoch = teresa.access_epoch
    by = {"rosa": rosa, "teresa": teresa, "the desk": UserFactory(roles=["portal.caseworker"])}[who]

    assert grant.end(by=by)
    assert not grant.end(by=by), "twice is once"

    assert not may_act_for(teresa, rosa, SCOPE)
    teresa.refresh_from_db()
    assert teresa.access_epoch > epoch, "her open pages come back with the rights there are now"
    assert [event.kind for event in history_of(grant)] == ["portal.delegation.ended"]


def test_it_holds_no_longer_than_its_time_and_both_are_told(rosa, teresa, committing):
    grant = granted(rosa, teresa)
    with time_machine.travel(grant.valid_until):
        assert not principals_of(teresa, SCOPE).exists(), "before any schedule has run"
        with committing():
            delegation_news.end_what_is_over()

    grant.refresh_from_db()
    assert grant.ending == Delegation.Ending.EXPIRED
    assert set(
        Notification.objects.filter(channel="inbox", event__kind="portal.delegation.expired").values_list(
            "person", flat=True
        )
    ) == {rosa.pk, teresa.pk}


@pytest.mark.parametrize("whose", ["rosa", "teresa"])
def test_a_closed_account_ends_it(rosa, teresa, whose):
    grant = granted(rosa, teresa)
    {"rosa": rosa, "teresa": teresa}[whose].close_account(by=None)

    grant.refresh_from_db()
    assert grant.ending == Delegation.Ending.CLOSED


def test_who_is_switched_off_in_the_register_acts_no_longer(rosa, teresa):
    granted(rosa, teresa)
    type(teresa).objects.filter(pk=teresa.pk).update(is_active=False)

    assert not may_act_for(teresa, rosa, SCOPE)


# -- as a volunteer ---------------------------------------------------------------------------------------------------


@pytest.fixture
def parish(teresa):
    """Teresa is its volunteer, vouched for and checked; Lucia coordinates it."""
    parish = OrganizationFactory(name="Parrocchia")
    parish.lucia = UserFactory(display_name="Lucia")
    parish.add(parish.lucia, by=None, is_coordinator=True)
    volunteer_of(parish, person=teresa)
    parish.hers = parish.members.get(person=teresa)
    return parish


def test_whoever_is_vouched_for_and_checked_acts_as_a_volunteer(rosa, teresa, parish):
    offer = offered(rosa, teresa.email)

    assert offer.accept(by=teresa, organization=parish)

    assert may_act_for(teresa, rosa, SCOPE)
    assert Delegation.objects.get().organization == parish


ENDS = {
    "she leaves": lambda parish, elena: parish.hers.end(by=parish.hers.person),
    "the coordinator removes her": lambda parish, elena: parish.hers.end(by=parish.lucia),
    "the organization removes her": lambda parish, elena: parish.remove(parish.hers.person, by=None),
    "the coordinator takes her word back": lambda parish, elena: parish.hers.unvouch(by=parish.lucia),
    "the agency does not find her suitable any more": lambda parish, elena: parish.hers.unmark_checked(
        by=elena
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_volunteers_grant_ends_at_once_when(rosa, teresa, parish, elena, end):
    grant, of_her_own = granted(rosa, teresa, organization=parish), granted(UserFactory(), teresa)
    assert may_act_for(teresa, rosa, SCOPE)
    epoch = teresa.access_epoch

    ENDS[end](parish, elena)

    grant.refresh_from_db()
    left = {"she leaves", "the coordinator removes her", "the organization removes her"}
    assert grant.ending == (Delegation.Ending.LEFT if end in left else Delegation.Ending.UNTRUSTED)
    assert not may_act_for(teresa, rosa, SCOPE)
    assert list(Delegation.objects.open()) == [of_her_own], (
        "what she does as herself is not the parish's to end"
    )
    teresa.refresh_from_db()
    assert teresa.access_epoch > epoch, "and her open pages come back without it"


BY_HAND = {
    "the membership has ended": {"until": timezone.localdate},
    "nobody vouches for her": {"vouched_at": lambda: None},
    "nobody has checked her": {"checked_at": lambda: None},
}


@pytest.mark.parametrize("how", BY_HAND)
def test_a_volunteers_grant_holds_no_longer_even_where_only_the_row_says_so(rosa, teresa, parish, how):
    """By a register or a script, past the verbs: it is asked of the row at every request."""
    granted(rosa, teresa, organization=parish)
    parish.members.filter(person=teresa).update(**{name: value() for name, value in BY_HAND[how].items()})

    assert not may_act_for(teresa, rosa, SCOPE)


def test_both_are_told_when_the_organization_does_not_answer_for_her_any_more(
    rosa, teresa, parish, committing
):
    granted(rosa, teresa, organization=parish)
    with committing():
        parish.hers.unvouch(by=parish.lucia)

    told = Notification.objects.filter(channel="inbox", event__kind="portal.delegation.ended")
    assert set(told.values_list("person", flat=True)) == {rosa.pk, teresa.pk}


def test_what_ended_does_not_come_back_with_the_word(rosa, teresa, parish):
    """Rosa is asked again: the trust was hers too."""
    granted(rosa, teresa, organization=parish)
    parish.hers.unvouch(by=parish.lucia)
    parish.hers.vouch(by=parish.lucia)

    assert not may_act_for(teresa, rosa, SCOPE)


NOT_YET = {
    "of another organization": lambda parish, hers: hers.delete(),
    "no member any more": lambda parish, hers: hers.organization.members.filter(pk=hers.pk).end(),
    "not vouched for": lambda parish, hers: _without(hers, "vouched_at"),
    "not checked": lambda parish, hers: _without(hers, "checked_at"),
    "neither": lambda parish, hers: _without(hers, "vouched_at", "checked_at"),
}


def _without(membership, *marks):
    type(membership).objects.filter(pk=membership.pk).update(**dict.fromkeys(marks))


@pytest.mark.parametrize("why", NOT_YET)
def test_nobody_acts_as_a_volunteer_of_an_organization_that_does_not_answer_for_them(
    rosa, teresa, parish, elena, why
):
    NOT_YET[why](parish, parish.hers)
    offer = offered(rosa, teresa.email)

    with pytest.raises(ValidationError) as refused:
        offer.accept(by=teresa, organization=parish)
    assert set(refused.value.message_dict) == {"organization"}
    with pytest.raises(ValidationError) as refused:
        on_paper(rosa, teresa, elena, organization=parish)
    assert set(refused.value.message_dict) == {"organization"}
    assert not Delegation.objects.open().exists()

    assert offer.accept(by=teresa), "as herself she may: Rosa asked her"


def test_another_organizations_word_does_not_serve(rosa, teresa, parish):
    other = OrganizationFactory()
    other.add(teresa, by=None)

    with pytest.raises(ValidationError):
        offered(rosa, teresa.email).accept(by=teresa, organization=other)


def test_who_leaves_the_household_keeps_nothing_that_its_people_granted(rosa, teresa):
    household, outside = HouseholdFactory(), UserFactory()
    for person in (rosa, teresa):
        household.add(person, by=None)
    grants = [granted(rosa, teresa), granted(teresa, rosa), granted(outside, teresa)]

    household.remove(teresa, by=None)

    assert list(Delegation.objects.open()) == grants[2:]


# -- scopes and what nobody does for another --------------------------------------------------------------------------


def test_a_scope_that_nobody_declares_any_more_lets_nobody_act(rosa, teresa):
    DelegationFactory(principal=rosa, delegate=teresa, scope="portal.gone")

    assert not may_act_for(teresa, rosa, "portal.gone")


def test_what_is_never_delegated_can_neither_be_granted_nor_recorded(rosa, teresa, declare, note_kind):
    granted(rosa, teresa)
    declare(NeverDelegated(key=SCOPE, reason="A test."), NeverDelegated(key="tests.note", reason="A test."))

    assert not may_act_for(teresa, rosa, SCOPE)
    with pytest.raises(ValidationError):
        offered(rosa, teresa.email)
    with pytest.raises(NeverOnBehalf):
        record(note_kind, rosa, by=teresa, on_behalf_of=rosa)


def test_a_confidential_fact_is_never_made_for_another(rosa, teresa):
    with pytest.raises(NeverOnBehalf):
        record("portal.person.opened", rosa, by=teresa, on_behalf_of=rosa)


# -- what follows -----------------------------------------------------------------------------------------------------


def test_whatever_is_done_for_rosa_rosa_is_told_once(rosa, teresa, note_kind, committing):
    grant = granted(rosa, teresa)
    with committing():
        fact = record(note_kind, teresa, by=teresa, on_behalf_of=rosa, scope=SCOPE)
    delegation_news.note_use(fact)  # a sink may get the same fact again

    news = Notification.objects.get(person=rosa, channel="inbox")
    with override("en"):
        assert news.title == "Teresa Galli, for you, wrote a note"
    assert Event.objects.filter(kind="portal.delegation.used").count() == 1
    assert str(grant.pk) in news.url


def test_the_two_are_told_when_it_begins_and_ends(rosa, teresa, committing):
    with committing():
        offer = offered(rosa, teresa.email)
    with committing():
        offer.accept(by=teresa)
    with committing():
        offer.end(by=rosa)

    told = Notification.objects.filter(channel="inbox").values_list("person", "event__kind")
    assert set(told) == {
        (teresa.pk, "portal.delegation.offered"),
        (rosa.pk, "portal.delegation.granted"),
        (teresa.pk, "portal.delegation.ended"),
    }


def test_nobody_is_told_of_an_offer_that_came_to_nothing(rosa, teresa, committing):
    with committing():
        offer = offered(rosa, teresa.email)
    with committing():
        offer.decline(by=teresa)

    assert not Notification.objects.filter(person=rosa).exists()


# -- privacy ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["rosa", "teresa"])
def test_an_erasure_ends_all_and_forgets_the_addresses(rosa, teresa, whose):
    grant, offer = granted(rosa, teresa), offered(rosa, teresa.email)
    erase_delegations({"rosa": rosa, "teresa": teresa}[whose])

    grant.refresh_from_db(), offer.refresh_from_db()
    assert grant.ended_at
    assert offer.ended_at
    assert offer.asked_as == ""


def test_addresses_of_old_offers_are_forgotten_and_ended_grants_after_two_years(rosa, teresa):
    offer, grant = offered(rosa, teresa.email), granted(UserFactory(), teresa)
    offer.decline(by=teresa)
    grant.end(by=teresa)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        forget_addresses()
    offer.refresh_from_db()
    assert offer.asked_as == ""

    assert expire_delegations(timezone.now() - timedelta(days=1)) == 0
    assert expire_delegations(timezone.now() + timedelta(days=1)) == 2


def test_a_code_that_has_run_out_is_deleted(teresa):
    DelegateCode.draw(teresa)

    assert expire_codes(timezone.now()) == 0
    assert expire_codes(timezone.now() + timedelta(days=2)) == 1


# -- what the pages call it -------------------------------------------------------------------------------------------


def heading(client, person, grant):
    client.force_login(person)
    page = client.get(f"/en/account/deleghe/{grant.pk}/").content.decode()
    return " ".join(re.sub("<[^>]+>", "", page.split("<h1>")[1].split("</h1>")[0]).split())


def test_what_nobody_has_answered_is_called_a_question_on_both_sides(client, rosa, teresa):
    grant = offered(rosa, "+390200000777")
    assert heading(client, rosa, grant) == "You have asked +390200000777 to act for you"
    mine = client.get("/en/account/deleghe/").content.decode()
    assert "You have asked <bdi>+390200000777</bdi> to act for you" in mine
    assert heading(client, teresa, grant) == "Rosa Quispe asks you to act for them"

    grant.accept(by=teresa)
    assert heading(client, rosa, grant) == "Teresa Galli acts for you"
    assert heading(client, teresa, grant) == "You act for Rosa Quispe"

    grant.end(by=rosa)
    assert heading(client, rosa, grant) == "Teresa Galli no longer acts for you"
    assert heading(client, teresa, grant) == "You no longer act for Rosa Quispe"


def test_the_heading_changes_with_what_it_heads(client, rosa, teresa):
    grant = offered(rosa, "+390200000777")
    client.force_login(rosa)
    page = client.get(f"/en/account/deleghe/{grant.pk}/").content.decode()
    assert "<h1>" in page.split('id="delegation"')[1]


def test_what_was_asked_too_long_ago_is_asked_no_more(client, rosa, teresa):
    grant = offered(rosa, "+390200000777")
    Delegation.objects.filter(pk=grant.pk).update(offered_at=timezone.now() - ANSWER_WITHIN)
    assert heading(client, teresa, grant) == "Rosa Quispe asked you to act for them"


def test_who_said_no_is_called_asked_still(client, rosa, teresa):
    grant = offered(rosa, "+390200000777")
    grant.decline(by=teresa)
    assert heading(client, rosa, grant) == "You have asked +390200000777 to act for you"
