"""Somebody has lost their phone or their passkey: an administrator takes away what they proved themselves by."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied

from portal.events import history_of
from portal.extensions import Role, declared
from portal.notifications.models import Notification
from portal.people.models import User
from portal.proof.changes import take_factors
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, says_why, sign_in, who

from .browsers import app_of, forget, paper_codes_of, prove_now, step_up_now

pytestmark = pytest.mark.django_db


def page_of(person):
    return f"/persone/{person.pk}/accesso/"


def factors_of(person):
    return Authenticator.objects.filter(user=person).count()


@pytest.fixture
def marta(client):
    """An administrator who has just proved who she is; `marta.desk` is her browser."""
    person = UserFactory(display_name="Marta", roles=["portal.administrator"])
    client.force_login(person)
    prove_now(client, person)
    person.desk = client
    return person


@pytest.fixture
def paolo():
    """An approver, who must have a second factor, and whose phone is gone."""
    person = UserFactory(
        email="paolo@abitare.example", password=PASSWORD, roles=["portal.administrator"], display_name="Paolo"
    )
    app_of(person)
    return person


def test_from_the_register_to_a_new_app(marta, paolo, client, committing):
    stolen = type(client)()
    stolen.force_login(paolo)
    says_why(marta.desk, paolo)
    assert page_of(paolo) in marta.desk.get(f"/admin/people/edit/{paolo.pk}/").content.decode()
    page = marta.desk.get(page_of(paolo)).content.decode()
    assert "Paolo" in page
    assert factors_of(paolo) == 2, "looking takes nothing away"
    with committing():
        answer = marta.desk.post(page_of(paolo))
    assert answer["Location"] == f"{page_of(paolo)}?done", "the reason was given: nobody asks for it again"
    done = marta.desk.get(answer["Location"])
    assert done.status_code == 200
    assert len(done.context["messages"]) == 1
    assert "<form" not in done.content.decode().split("<main")[1].split("</main")[0]
    assert 'name="why"' not in done.content.decode()
    assert factors_of(paolo) == 0
    assert who(stolen) is None
    (taken,) = [e for e in history_of(paolo, confidential=True) if e.kind == "portal.proof.factors_taken"]
    assert taken.actor == marta
    assert not [e for e in history_of(paolo) if e.kind == "portal.proof.factors_taken"], "it is confidential"
    told = Notification.objects.filter(person=paolo, event__kind="portal.proof.factors_taken")
    assert {row.channel for row in told} >= {"inbox", "email"}

    # At the next sign-in he sets up a new one before anything else.
    at_home = type(client)()
    sign_in(at_home, paolo.email)
    assert who(at_home) == paolo.pk
    assert at_home.get("/casa/")["Location"] == "/account/accesso/"
    assert at_home.get("/persone/ruoli/")["Location"] == "/account/accesso/"


def test_the_codes_on_paper_are_worth_nothing_either(marta, paolo, client):
    code = paper_codes_of(paolo)[0]
    take_factors(paolo, by=marta)
    other = type(client)()
    sign_in(other, paolo.email)
    other.post("/account/conferma/", {"way": "factor", "code": code})
    assert other.get("/casa/")["Location"] == "/account/accesso/"


def test_it_is_asked_who_one_is_first(marta, paolo):
    forget(marta.desk)
    step_up_now(marta.desk)
    app_of(marta)  # since then she has a factor of her own: what was proved otherwise no longer counts
    for method in ("get", "post"):
        answer = getattr(marta.desk, method)(page_of(paolo))
        assert answer.status_code == 302
        assert "/account/" in answer["Location"]
    assert factors_of(paolo) == 2


def test_twice_is_once_and_nothing_is_nothing(marta, paolo, committing):
    assert take_factors(paolo, by=marta)
    epoch = User.objects.get(pk=paolo.pk).session_epoch
    assert not take_factors(paolo, by=marta)
    assert User.objects.get(pk=paolo.pk).session_epoch == epoch, "whoever has none is not signed out"
    assert marta.desk.get(page_of(paolo)).status_code == 200
    assert marta.desk.post(page_of(paolo)).status_code == 302
    kinds = [event.kind for event in history_of(paolo, confidential=True)]
    assert kinds.count("portal.proof.factors_taken") == 1


def test_the_question_in_the_register_leads_back_to_the_people(marta, paolo):
    page = marta.desk.get(f"/admin/people/edit/{paolo.pk}/").content.decode()
    assert 'name="why"' in page
    way = page.split('class="breadcrumbs"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', way) == ["/admin/people/"]


def test_nothing_is_called_done_that_is_not(marta, paolo):
    page = marta.desk.get(f"{page_of(paolo)}?done").content.decode()
    assert 'class="button button--danger"' in page
    assert factors_of(paolo) == 2


def test_never_for_oneself(marta):
    app_of(marta)
    prove_now(marta.desk, marta)
    assert marta.desk.get(page_of(marta)).status_code == 404
    assert marta.desk.post(page_of(marta)).status_code == 404
    with pytest.raises(PermissionDenied):
        take_factors(marta, by=marta)
    assert factors_of(marta) == 2


def test_of_whoever_keeps_the_installation_only_by_one_who_does(marta):
    keeper = UserFactory(is_superuser=True)
    app_of(keeper)
    assert marta.desk.get(page_of(keeper)).status_code == 404
    with pytest.raises(PermissionDenied):
        take_factors(keeper, by=marta)


@pytest.mark.parametrize(
    "role", [*(role.key for role in declared(Role) if role.key != "portal.administrator"), None]
)
def test_no_other_role_does_it(client, paolo, role):
    somebody = UserFactory(roles=[role] if role else [])
    client.force_login(somebody)
    prove_now(client, somebody)
    for path in (page_of(paolo), "/persone/999999/accesso/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    with pytest.raises(PermissionDenied):
        take_factors(paolo, by=somebody)
    assert factors_of(paolo) == 2


def test_foreign_and_missing_are_the_same_before_any_step_up(client, paolo):
    somebody = UserFactory(roles=["portal.caseworker"])
    client.force_login(somebody)
    forget(client, "portal_step_up_until")
    assert client.get(page_of(paolo)).status_code == client.get("/persone/999999/accesso/").status_code == 404


def test_the_register_offers_it_to_nobody_for_themselves(marta):
    page = marta.desk.get(f"/admin/people/edit/{marta.pk}/").content.decode()
    assert page_of(marta) not in page
