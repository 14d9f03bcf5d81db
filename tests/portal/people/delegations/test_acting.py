"""Acting: what the session holds is asked anew at each request, and only views that say so see for whom."""

import re
import sys
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.access import act_as_oneself, acting_for, acts_in, drawn_for_another
from portal.people.delegations.models import DelegateCode, Delegation
from portal.testing.factories import DelegationFactory, OrganizationFactory, UserFactory, volunteer_of
from tests.portal.proof.browsers import forget, step_up_now

from .conftest import SCOPE

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(rosa, teresa):
    return DelegationFactory(principal=rosa, delegate=teresa, scope=SCOPE)


def stepped_up(client):
    step_up_now(client)


def start(client, grant):
    return client.post(reverse("portal:delegation_step", args=[grant.pk, "start"]))


@pytest.fixture
def acting(client, teresa, grant):
    """Teresa's browser, acting for Rosa."""
    client.force_login(teresa)
    assert start(client, grant).status_code == 302
    return client


def asked(grant, view, **post):
    request = RequestFactory().post("/", post)
    request.acting = grant
    return view(request)


# -- what a view learns -----------------------------------------------------------------------------------------------


def test_a_view_that_says_so_learns_for_whom(grant, rosa):
    seen = acts_in(SCOPE)(lambda request: HttpResponse(str(acting_for(request))))

    assert asked(grant, seen).content.decode() == "Rosa Quispe"
    assert asked(None, seen).content.decode() == "None"


@pytest.mark.parametrize(
    "declare_it", [lambda view: view, acts_in("portal.other")], ids=["nothing", "another scope"]
)
def test_every_other_view_is_closed_to_it(grant, declare_it):
    view = declare_it(lambda request: HttpResponse(str(acting_for(request))))

    assert asked(grant, view).content.decode() == "None"


def test_a_view_that_shows_ones_own_thing_closes_itself(grant):
    def view(request):
        act_as_oneself(request)
        return HttpResponse(str(acting_for(request)))

    assert asked(grant, acts_in(SCOPE)(view)).content.decode() == "None"


def test_a_form_drawn_before_or_after_is_known_by_its_field(grant):
    view = acts_in(SCOPE)(lambda request: HttpResponse(str(drawn_for_another(request))))

    assert asked(grant, view, acting=str(grant.pk)).content == b"False"
    assert asked(grant, view).content == b"True", "drawn before she began"
    assert asked(None, view, acting=str(grant.pk)).content == b"True", "drawn before she stopped"
    assert asked(None, view).content == b"False"


# -- begin, stop, refused ---------------------------------------------------------------------------------------------


def test_every_page_says_for_whom_and_she_stays_who_she_is(acting, teresa):
    page = acting.get(reverse("portal:account"))

    assert page.wsgi_request.user == teresa
    assert 'id="acting"' in page.content.decode()
    assert "Rosa Quispe" in page.content.decode()


def test_she_stops_when_she_likes(acting):
    acting.post(reverse("portal:acting_stop"))

    assert 'id="acting"' not in acting.get(reverse("portal:account")).content.decode()


ENDINGS = {
    "ended by Rosa": lambda grant: grant.end(by=grant.principal),
    "deleted": lambda grant: grant.delete(),
    "Rosa's account closed": lambda grant: grant.principal.close_account(by=None),
    "the scope gone": lambda grant: Delegation.objects.update(scope="portal.gone"),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_once_it_has_ended_every_page_is_refused_until_she_goes_on_for_herself(
    acting, grant, end, method, teresa
):
    end(grant)

    refused = getattr(acting, method)(reverse("portal:account"), {"display_name": "X", "language": "it"})
    assert refused.status_code == 403
    assert reverse("portal:acting_stop") in refused.content.decode()
    assert "112" in refused.content.decode()
    teresa.refresh_from_db()
    assert teresa.display_name == "Teresa Galli", "and nothing was done"
    assert acting.get(reverse("portal:acting")).status_code == 200, "an open page learns it"
    assert acting.get(reverse("portal:casa")).status_code == 403, "looking does not make it go away"

    acting.post(reverse("portal:acting_stop"))
    assert acting.get(reverse("portal:account")).status_code == 200


def test_when_the_time_is_over_the_next_click_is_refused(acting, grant):
    tonight = timezone.now() + timedelta(hours=3)
    Delegation.objects.update(valid_until=tonight)
    with time_machine.travel(tonight):
        assert acting.get(reverse("portal:account")).status_code == 403


def test_she_can_always_sign_out(acting, grant):
    grant.end(by=grant.principal)

    assert acting.post(reverse("account_logout")).status_code == 302


def test_what_somebody_else_was_granted_nobody_acts_under(client, grant, rosa):
    client.force_login(UserFactory())
    assert start(client, grant).status_code == 404

    client.force_login(rosa)
    start(client, grant)
    assert 'id="acting"' not in client.get(reverse("portal:account")).content.decode()


def test_an_ended_grant_is_not_begun(client, grant, teresa):
    grant.end(by=teresa)
    client.force_login(teresa)

    start(client, grant)

    assert client.get(reverse("portal:account")).status_code == 200


# -- the pages --------------------------------------------------------------------------------------------------------


def offer(client, **changes):
    told = {
        "client_id": str(uuid.uuid4()),
        "whom": "nobody@abitare.example",
        "scope": SCOPE,
        "until": timezone.localdate().isoformat(),
    }
    return client.post(reverse("portal:delegation_new"), {**told, **changes})


@pytest.fixture
def rosas(client, rosa):
    client.force_login(rosa)
    stepped_up(client)
    return client


@pytest.mark.parametrize(
    "write", [str, lambda code: f"{code[:4]} {code[4:]}", lambda code: code.translate(ARABIC)]
)
def test_a_code_may_be_written_in_any_way(rosas, teresa, write):
    assert offer(rosas, whom=write(DelegateCode.draw(teresa).code)).status_code == 302
    assert Delegation.objects.get().delegate == teresa


ARABIC = {ord(str(figure)): chr(0x0660 + figure) for figure in range(10)}


def test_the_answer_is_the_same_whether_somebody_is_known_or_not(rosas, teresa):
    answers = [offer(rosas, whom=whom) for whom in (teresa.email, "nobody@abitare.example")]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("portal:delegations"))
    }
    assert "Teresa" not in rosas.get(reverse("portal:delegations")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"whom": ""},
        {"whom": "my neighbour"},
        {"whom": "teresa@"},
        {"scope": "portal.gone"},
        {"until": "2020-01-01"},
        {"until": "2999-01-01"},
        {"until": "soon"},
        {"client_id": "no"},
    ],
    ids=lambda wrong: "-".join(map(str, *wrong.items())),
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_is_still_there(rosas, wrong):
    answer = offer(rosas, **wrong)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Delegation.objects.exists()


def test_she_cannot_ask_herself(client, teresa):
    client.force_login(teresa)
    stepped_up(client)

    assert offer(client, whom=teresa.email).status_code == 422


def test_sent_twice_is_asked_once(rosas, teresa):
    for _ in range(2):
        assert offer(rosas, whom=teresa.email, client_id=str(uuid.UUID(int=7))).status_code == 302
    assert Delegation.objects.count() == 1


def test_nobody_asks_without_end(rosas):
    answers = [offer(rosas).status_code for _ in range(21)]

    assert answers == [302] * 20 + [422]


def test_granting_asks_for_a_fresh_sign_in_and_ending_does_not(client, rosa, grant, monkeypatch):
    module = sys.modules["portal.access.step_up"]  # the package has a function of that name
    monkeypatch.setattr(module, "ask_to_step_up", lambda request: HttpResponse("again", status=418))
    client.force_login(rosa)

    assert client.get(reverse("portal:delegation_new")).content == b"again"
    client.post(reverse("portal:delegation_step", args=[grant.pk, "end"]))
    assert not Delegation.objects.open().exists()


@pytest.fixture
def parish():
    return OrganizationFactory(name="Parrocchia")


def offered(rosa, teresa):
    return DelegationFactory(principal=rosa, delegate=teresa, scope=SCOPE, accepted_at=None)


def says_yes(client, waiting, **as_whom):
    return client.post(reverse("portal:delegation_step", args=[waiting.pk, "accept"]), as_whom)


def test_teresa_says_yes_as_a_volunteer(client, rosa, teresa, parish):
    volunteer_of(parish, person=teresa)
    waiting = offered(rosa, teresa)
    client.force_login(teresa)
    page = client.get(reverse("portal:delegation", args=[waiting.pk])).content.decode()
    assert "Parrocchia" in page
    assert "field__help" not in page

    says_yes(client, waiting, organization=parish.pk)

    assert Delegation.objects.open().get().organization == parish


def test_whoever_is_not_vouched_for_and_checked_reads_why_and_may_as_a_private_person(
    client, rosa, teresa, parish
):
    parish.add(teresa, by=None)
    waiting = offered(rosa, teresa)
    client.force_login(teresa)
    page = client.get("/en" + reverse("portal:delegation", args=[waiting.pk])).content.decode()
    assert "As a volunteer of Parrocchia not yet: a coordinator has to vouch for you" in page
    assert f'<option value="{parish.pk}">' not in page

    says_yes(client, waiting, organization="")

    assert Delegation.objects.open().get().organization is None


def test_what_is_chosen_and_may_not_be_is_said_at_the_field(client, rosa, teresa, parish):
    """Somebody took their word back while the page lay open; or the form was forged."""
    volunteer_of(parish, person=teresa)
    waiting = offered(rosa, teresa)
    client.force_login(teresa)
    for chosen in (parish.pk, OrganizationFactory().pk, "99999", "x"):
        parish.members.update(vouched_at=None)

        answer = says_yes(client, waiting, organization=chosen)

        assert answer.status_code == 422
        page = answer.content.decode()
        assert "field--wrong" in page
        assert "form-errors" in page
        assert not Delegation.objects.open().exists()
    waiting.refresh_from_db()
    assert waiting.is_offer, "she can choose again"


def test_a_session_that_acts_ends_with_the_word_of_the_coordinator(client, rosa, teresa, parish):
    volunteer_of(parish, person=teresa)
    lucia = UserFactory(display_name="Lucia")
    parish.add(lucia, by=None, is_coordinator=True)
    grant = DelegationFactory(principal=rosa, delegate=teresa, scope=SCOPE, organization=parish)
    client.force_login(teresa)
    client.post(reverse("portal:delegation_step", args=[grant.pk, "start"]))
    assert client.get("/casa/").status_code == 200

    parish.members.get(person=teresa).unvouch(by=lucia)

    assert client.get("/casa/").status_code == 403, "nothing is done in her own name by mistake either"
    client.post(reverse("portal:acting_stop"))
    assert client.get("/casa/").status_code == 200
    client.post(reverse("portal:delegation_step", args=[grant.pk, "start"]))
    assert not Delegation.objects.open().exists()


def test_she_says_no_and_rosa_reads_that_nobody_has_answered_yet(client, rosa, teresa):
    waiting = DelegationFactory(
        principal=rosa, delegate=teresa, scope=SCOPE, accepted_at=None, asked_as="1234"
    )
    client.force_login(rosa)
    path = reverse("portal:delegation", args=[waiting.pk])

    def page():
        text = client.get(path).content.decode()
        return text[text.index("<main") : text.index("</main")].split('name="csrfmiddlewaretoken"')[0]

    before = page()

    waiting.decline(by=teresa)

    assert page() == before
    client.post(reverse("portal:delegation_step", args=[waiting.pk, "end"]))
    assert not Delegation.objects.asked_by(rosa).exists()


def test_what_was_taken_back_is_missing_to_whoever_was_asked(client, rosa, teresa):
    waiting = DelegationFactory(principal=rosa, delegate=teresa, scope=SCOPE, accepted_at=None)
    waiting.end(by=rosa)
    client.force_login(teresa)

    assert client.get(reverse("portal:delegation", args=[waiting.pk])).status_code == 404


# -- at the desk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    elena = UserFactory(roles=["portal.caseworker"], display_name="Elena")
    client.force_login(elena)
    stepped_up(client)
    return client


def paper(desk, rosa, **changes):
    told = {
        "client_id": str(uuid.uuid4()),
        "scope": SCOPE,
        "until": timezone.localdate().isoformat(),
        "paper_date": timezone.localdate().isoformat(),
    }
    return desk.post(reverse("portal:delegations_of", args=[rosa.pk]), {**told, **changes})


def test_the_desk_finds_both_and_records_the_paper(desk, rosa, teresa):
    assert "Rosa Quispe" in desk.get(reverse("portal:delegations_staff"), {"q": "rosa"}).content.decode()
    form = desk.get(reverse("portal:delegations_of", args=[rosa.pk]), {"q": "galli"})
    assert "Teresa Galli" in form.content.decode()

    assert paper(desk, rosa, delegate=teresa.pk).status_code == 302
    grant = Delegation.objects.open().get()
    assert (grant.principal, grant.delegate) == (rosa, teresa)

    desk.post(reverse("portal:delegation_close", args=[grant.pk]))
    assert not Delegation.objects.open().exists()


def test_the_desk_finds_whoever_has_neither_address_nor_number(desk):
    UserFactory(display_name="Carmela Russo", email=None, phone=None)
    assert "Carmela Russo" in desk.get(reverse("portal:delegations_staff"), {"q": "carm"}).content.decode()


def test_the_desk_records_a_volunteer_only_where_their_organization_answers_for_them(
    desk, rosa, teresa, parish
):
    parish.add(teresa, by=None)
    refused = paper(desk, rosa, delegate=teresa.pk, organization=parish.pk)

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"organization"}
    assert "field--wrong" in refused.content.decode()
    assert not Delegation.objects.exists()

    parish.members.update(vouched_at=timezone.now(), checked_at=timezone.now())
    assert paper(desk, rosa, delegate=teresa.pk, organization=parish.pk).status_code == 302
    assert Delegation.objects.open().get().organization == parish


def test_a_paper_that_was_typed_meanwhile_is_recorded_after_the_proof(desk, rosa, teresa):
    forget(desk, "portal_step_up_until")

    held = paper(desk, rosa, delegate=teresa.pk)

    assert held.status_code == 403
    assert not Delegation.objects.exists()
    stepped_up(desk)
    kept = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', held.content.decode())
    assert desk.post(reverse("portal:delegations_of", args=[rosa.pk]), dict(kept)).status_code == 302
    grant = Delegation.objects.get()
    assert (grant.principal, grant.delegate) == (rosa, teresa)


@pytest.mark.parametrize(
    "delegate",
    ["", "x", "²", "9" * 30, "999999", "herself"],
    ids=["none", "x", "²", "long", "unknown", "herself"],
)
def test_a_paper_without_somebody_else_is_refused(desk, rosa, delegate):
    answer = paper(desk, rosa, delegate=rosa.pk if delegate == "herself" else delegate)

    assert answer.status_code == 422
    assert not Delegation.objects.exists()


def test_what_is_foreign_is_missing_before_anybody_is_asked_to_sign_in_again(client, rosa):
    client.force_login(UserFactory(roles=["manutenzione.operator"]))

    assert client.get(reverse("portal:delegations_of", args=[rosa.pk])).status_code == 404
