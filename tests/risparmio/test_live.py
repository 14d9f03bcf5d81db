"""An open page wakes when something has happened to what it shows, for whoever may see it."""

import uuid

import pytest

from portal.events.models import Event
from portal.extensions import LiveTopic, find
from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from risparmio.goals.models import SavingsGoal
from risparmio.payments.models import CashReceipt
from risparmio.payments.tills import CashCount
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory())


@pytest.fixture
def agreement(samira):
    return agreement_of(samira)


def touched(key):
    """By the last fact."""
    topic, event = find(LiveTopic, key), Event.objects.order_by("id").last()
    return [str(one) for one in topic.identifiers(event)] if topic.concerns(event.kind) else []


def test_whatever_happens_to_an_agreement_wakes_its_page(agreement, samira):
    assert touched("risparmio.agreement") == [str(agreement.pk)], "its plan was signed"
    desk, elena = DeskFactory(), caseworker()
    CashReceipt.take(agreement, by=elena, desk=desk, cents=2_000, client_id=uuid.uuid4())
    assert touched("risparmio.agreement") == [str(agreement.pk)]
    assert touched("risparmio.work") == ["all"]
    SavingsGoal.begin(agreement, by=samira, client_id=uuid.uuid4(), name="Bici", picture="bicycle")
    assert touched("risparmio.agreement") == [str(agreement.pk)]
    assert touched("risparmio.work") == []
    CashCount.take(desk, by=elena, counted=2_000, client_id=uuid.uuid4())
    assert touched("risparmio.agreement") == []
    assert touched("risparmio.work") == ["all"]


def test_whoever_sees_an_agreement_watches_it(agreement, samira):
    allows = find(LiveTopic, "risparmio.agreement").allows
    auditor = UserFactory(roles=["portal.auditor"])
    for person in (samira, caseworker(), treasurer(), approver(), auditor):
        assert allows(person, str(agreement.pk))
    for person in (tenant_of(BuildingFactory()), UserFactory(roles=["portal.editor"])):
        assert not allows(person, str(agreement.pk))
    for nonsense in ("", "all", "²", "-1", "9" * 40, str(agreement.pk + 1)):
        assert not allows(samira, nonsense)
    agreement.household.remove(samira, by=None)
    assert not allows(samira, str(agreement.pk))


def test_whoever_keeps_approves_or_audits_watches_the_work(samira):
    allows = find(LiveTopic, "risparmio.work").allows
    auditor = UserFactory(roles=["portal.auditor"])
    assert all(allows(person, "all") for person in (treasurer(), approver(), auditor))
    assert not any(allows(person, "all") for person in (samira, caseworker(), UserFactory()))
    assert not allows(treasurer(), "1")
