"""The plugin's own tests: `PORTAL_PLUGINS=tests.dummy_plugin python -m pytest tests/dummy_plugin/tests.py`."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.events import history_of
from portal.testing.factories import CommonAreaFactory, DelegationFactory, UserFactory, tenant_of

from .models import FOR_SOMEBODY, Key, Loan
from .privacy import KEPT, expire, out
from .schedules import remind
from .workflow import NotPossible, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    return Key.objects.create(area=CommonAreaFactory(name="Lavanderia"), name="Lavanderia, chiave 2")


@pytest.fixture
def tenant(key):
    return tenant_of(key.area.building)


@pytest.fixture
def keeper():
    return UserFactory(roles=["keys.desk"])


@pytest.fixture
def loan(key, tenant):
    return key.ask(by=tenant, client_id=uuid.uuid4())


def test_a_tenant_asks_and_the_desk_hands_over(client, key, tenant, keeper):
    client.force_login(tenant)
    asked = {"client_id": str(uuid.uuid4())}
    client.post(reverse("keys:ask", args=[key.pk]), asked)
    client.post(reverse("keys:ask", args=[key.pk]), asked)
    loan = Loan.objects.get()

    client.force_login(keeper)
    client.post(reverse("keys:step", args=[loan.pk, "lend"]))

    loan.refresh_from_db()
    assert loan.state == State.LENT
    assert [event.kind for event in history_of(loan)] == ["keys.loan.asked", "keys.loan.lent"]


def test_a_key_is_handed_over_once(loan, keeper):
    loan.lend(by=keeper)

    with pytest.raises(NotPossible):
        Loan.objects.get(pk=loan.pk).lend(by=keeper)


def test_somebody_elses_loan_is_missing(client, loan):
    client.force_login(UserFactory())

    assert client.get(loan.get_absolute_url()).status_code == 404
    assert client.post(reverse("keys:step", args=[loan.pk, "withdraw"])).status_code == 404


def test_a_tenant_does_not_hand_the_key_to_herself(client, loan, tenant):
    client.force_login(tenant)

    assert client.post(reverse("keys:step", args=[loan.pk, "lend"])).status_code == 404


def test_who_looks_at_somebodys_loan_says_why(client, loan, keeper):
    client.force_login(keeper)
    assert "Lavanderia" not in client.get(loan.get_absolute_url()).content.decode()

    opened = client.post(loan.get_absolute_url(), {"why": "contact"}, follow=True)

    assert "Lavanderia" in opened.content.decode()
    client.force_login(loan.borrower)
    assert "Lavanderia" in client.get(loan.get_absolute_url()).content.decode()
    assert str(keeper) in client.get(reverse("portal:my_reads")).content.decode()


def test_nobody_is_erased_who_has_a_key(loan, keeper):
    assert list(out(loan.borrower)) == []
    loan.lend(by=keeper)

    assert len(list(out(loan.borrower))) == 1


def test_a_neighbour_asks_for_her_and_the_loan_is_hers(client, key, tenant):
    neighbour = UserFactory()
    grant = DelegationFactory(principal=tenant, delegate=neighbour, scope=FOR_SOMEBODY)
    client.force_login(neighbour)
    client.post(reverse("portal:delegation_step", args=[grant.pk, "start"]))
    form = {"client_id": str(uuid.uuid4()), "acting": grant.pk}

    client.post(reverse("keys:ask", args=[key.pk]), form)

    loan = Loan.objects.get()
    told = history_of(loan).get()
    assert (loan.borrower, told.actor, told.on_behalf_of) == (tenant, neighbour, tenant)


def test_who_is_late_is_reminded_once(loan, keeper):
    loan.lend(by=keeper)
    Loan.objects.update(due_on="2020-01-01")

    remind()
    remind()

    assert [event.kind for event in history_of(loan)].count("keys.loan.overdue") == 1


def test_after_a_year_a_loan_is_forgotten_unless_the_key_is_still_out(key, loan, tenant, keeper):
    loan.lend(by=keeper)
    withdrawn, recent = (key.ask(by=tenant, client_id=uuid.uuid4()) for _ in range(2))
    withdrawn.withdraw(by=tenant)
    a_year_ago = timezone.now() - KEPT
    Loan.objects.exclude(pk=recent.pk).update(asked_at=a_year_ago - timedelta(days=1))

    assert expire(a_year_ago) == 1
    assert set(Loan.objects.all()) == {loan, recent}


def test_the_page_and_the_rule_agree(loan, tenant, keeper):
    for person in (tenant, keeper, UserFactory()):
        assert Loan.objects.visible_to(person).filter(pk=loan.pk).exists() == person.has_perm(
            "keys.view_loan", loan
        )
