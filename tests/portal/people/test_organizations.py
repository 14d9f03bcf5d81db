"""An organization's page: members read it, coordinators keep it; who leaves has no right left, at once."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from portal.events.models import Event
from portal.people.joining.models import AlreadyDecided
from portal.people.models import Organization
from portal.people.privacy import export_organizations
from portal.testing.factories import MunicipalityFactory, OrganizationFactory, UserFactory
from tests.portal.people.joining.asking import waiting_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def vicini():
    """An organization: `lucia` coordinates it, `davide` is a member; their memberships are `hers` and `his`."""
    organization = OrganizationFactory(
        name="Vicini di Casa", accepts_volunteers=True, email="vicini@abitare.example"
    )
    organization.lucia, organization.davide = (
        UserFactory(display_name="Lucia"),
        UserFactory(display_name="Davide"),
    )
    organization.hers = organization.add(organization.lucia, by=None, is_coordinator=True)
    organization.his = organization.add(organization.davide, by=None)
    return organization


def home_of(client, person):
    client.force_login(person)
    return client.get("/en/casa/").content.decode().partition("<main")[2]


def fresh(member):
    member.refresh_from_db()
    return member


def trusted(organization, elena):
    organization.his.vouch(by=organization.lucia)
    organization.his.mark_checked(by=elena)


# -- vouched for and checked -------------------------------------------------------------------------------------


def test_sensitive_help_needs_both(vicini, elena):
    davide = vicini.davide
    assert not davide.may_help_sensitively()
    vicini.his.vouch(by=vicini.lucia)
    assert not davide.may_help_sensitively()
    vicini.his.mark_checked(by=elena)
    assert davide.may_help_sensitively()
    assert fresh(vicini.his).is_trusted

    vicini.his.unvouch(by=vicini.lucia)
    assert not davide.may_help_sensitively()


def test_one_organizations_word_and_anothers_check_are_not_both(vicini, elena):
    other = OrganizationFactory()
    elsewhere = other.add(vicini.davide, by=None)
    vicini.his.vouch(by=vicini.lucia)
    elsewhere.mark_checked(by=elena)

    assert not vicini.davide.may_help_sensitively()


def test_whoever_leaves_has_nothing_left_at_once(vicini, elena):
    trusted(vicini, elena)
    davide, before = vicini.davide, vicini.davide.access_epoch

    vicini.remove(davide, by=vicini.lucia)

    davide.refresh_from_db()
    assert davide.access_epoch > before, "open connections close"
    assert not davide.may_help_sensitively()
    assert not davide.has_perm("portal.view_organization", vicini)
    assert not Organization.objects.visible_to(davide).exists()
    left = Event.objects.get(kind="portal.organization.left")
    assert left.data["person"] == davide.pk, "what else stood on it is told who"


def test_whoever_comes_back_is_vouched_for_and_checked_anew(vicini, elena):
    trusted(vicini, elena)
    vicini.remove(vicini.davide, by=None)

    again = vicini.add(vicini.davide, by=None)

    assert (again.vouched_at, again.checked_at) == (None, None)
    assert not vicini.davide.may_help_sensitively()
    with pytest.raises(PermissionDenied):
        again.vouch(by=vicini.davide)


def test_a_closed_account_helps_nobody(vicini, elena):
    trusted(vicini, elena)
    vicini.davide.close_account(by=None)

    assert not vicini.davide.may_help_sensitively()


def test_a_coordinator_who_leaves_or_loses_the_flag_coordinates_no_more(client, vicini):
    asked = waiting_request(wish="volunteer", organization=vicini)
    client.force_login(vicini.lucia)
    assert client.get(f"/enti/{vicini.pk}/modifica/").status_code == 200

    vicini.members.filter(pk=vicini.hers.pk).update(is_coordinator=False)
    assert client.get(f"/enti/{vicini.pk}/modifica/").status_code == 404
    assert "Teresa Galli" not in client.get(f"/enti/{vicini.pk}/").content.decode()
    assert client.post(f"/enti/{vicini.pk}/richieste/{asked.pk}/vouch/").status_code == 404

    vicini.remove(vicini.lucia, by=None)
    assert client.get(f"/enti/{vicini.pk}/").status_code == 404
    with pytest.raises(PermissionDenied):
        asked.vouch(by=vicini.lucia, yes=True)


def test_who_leaves_is_asked_as_themselves_and_hears_that_nobody_would_coordinate(client, vicini):
    client.force_login(vicini.lucia)
    path = f"/en/enti/{vicini.pk}/membri/{vicini.hers.pk}/end/"
    alone = "alone coordinate"
    question = client.get(path).content.decode()
    assert "From now on you help no more" in question
    assert alone in question
    other = client.get(f"/en/enti/{vicini.pk}/membri/{vicini.his.pk}/end/").content.decode()
    assert "From now on they help no more" in other
    assert alone not in other

    vicini.add(UserFactory(), by=None, is_coordinator=True)
    assert alone not in client.get(path).content.decode()
    assert "You are no longer a member" in client.post(path, follow=True).content.decode()


def test_who_waits_for_the_readers_word_stands_on_top_and_what_is_missing_is_said_once(client, vicini, elena):
    trusted(vicini, elena)
    anna = UserFactory(display_name="Zoe")
    vicini.add(anna, by=None)
    for reader, first in ((vicini.lucia, ["Zoe"]), (elena, ["Lucia", "Zoe"])):
        client.force_login(reader)
        page = client.get(f"/en/enti/{vicini.pk}/").content.decode()
        names = re.findall(r'id="member-\d+">\s*<h3><bdi>(.*?)</bdi>', page)
        assert names[: len(first)] == first
        assert set(names) == {"Lucia", "Davide", "Zoe"}
        assert page.count("both are needed") == 1


def test_taking_the_flag_away_in_the_register_closes_connections(client, vicini):
    before = vicini.lucia.access_epoch
    client.force_login(UserFactory(roles=["portal.administrator"]))

    client.post(f"/admin/organization-members/edit/{vicini.hers.pk}/", {})

    vicini.lucia.refresh_from_db()
    assert not fresh(vicini.hers).is_coordinator
    assert vicini.lucia.access_epoch > before


def test_nobody_vouches_for_themselves_and_no_one_else_may(vicini, elena):
    for by, member in (
        (vicini.lucia, vicini.hers),
        (vicini.davide, vicini.his),
        (elena, vicini.his),
        (UserFactory(), vicini.his),
    ):
        with pytest.raises(PermissionDenied):
            member.vouch(by=by)
    own = vicini.add(elena, by=None)
    for by, member in ((vicini.lucia, vicini.his), (vicini.davide, vicini.his), (elena, own)):
        with pytest.raises(PermissionDenied):
            member.mark_checked(by=by)
    assert not vicini.members.exclude(vouched_at=None, checked_at=None).exists()


def test_vouching_twice_is_a_fact_once(vicini):
    vicini.his.vouch(by=vicini.lucia)
    vicini.his.vouch(by=vicini.lucia)

    assert Event.objects.filter(kind="portal.member.vouched").count() == 1


# -- the page ----------------------------------------------------------------------------------------------------


def test_members_read_and_do_nothing(client, vicini):
    client.force_login(vicini.davide)

    page = client.get(f"/enti/{vicini.pk}/").content.decode()

    assert "Lucia" in page
    assert "vicini@abitare.example" in page
    assert f"/membri/{vicini.his.pk}/" not in page
    assert client.get(f"/enti/{vicini.pk}/modifica/").status_code == 404
    assert client.post(f"/enti/{vicini.pk}/membri/{vicini.hers.pk}/vouch/").status_code == 404
    assert client.get(f"/enti/{vicini.pk}/membri/{vicini.hers.pk}/end/").status_code == 404


def test_a_foreign_organization_is_missing(client, vicini):
    client.force_login(UserFactory())

    assert client.get(f"/enti/{vicini.pk}/").status_code == client.get("/enti/999999/").status_code == 404


def test_a_coordinator_of_one_reaches_nothing_of_another(client, vicini):
    other = OrganizationFactory()
    elsewhere = other.add(UserFactory(), by=None)
    asked = waiting_request(wish="volunteer", organization=other)
    client.force_login(vicini.lucia)

    for address in (
        f"/enti/{other.pk}/membri/{elsewhere.pk}/vouch/",
        f"/enti/{vicini.pk}/membri/{elsewhere.pk}/vouch/",
        f"/enti/{other.pk}/richieste/{asked.pk}/vouch/",
        f"/enti/{vicini.pk}/richieste/{asked.pk}/vouch/",
    ):
        assert client.post(address).status_code == 404, address
    assert fresh(elsewhere).vouched_at is None
    asked.refresh_from_db()
    assert asked.vouched is None


def test_a_coordinator_vouches_and_ends_a_membership(client, vicini):
    client.force_login(vicini.lucia)
    client.post(f"/enti/{vicini.pk}/membri/{vicini.his.pk}/vouch/")
    assert fresh(vicini.his).vouched_by == vicini.lucia
    assert "Davide" in client.get(f"/enti/{vicini.pk}/membri/{vicini.his.pk}/end/").content.decode()

    client.post(f"/enti/{vicini.pk}/membri/{vicini.his.pk}/end/")

    assert fresh(vicini.his).until is not None
    assert client.post(f"/enti/{vicini.pk}/membri/{vicini.his.pk}/end/").status_code == 404


def test_staff_checks_and_a_member_may_go_by_themselves(client, vicini, elena):
    client.force_login(elena)
    client.post(f"/enti/{vicini.pk}/membri/{vicini.his.pk}/mark_checked/")
    assert fresh(vicini.his).checked_by == elena
    client.force_login(vicini.davide)
    left = client.post(f"/enti/{vicini.pk}/membri/{vicini.his.pk}/end/")
    assert left.headers["Location"] == "/casa/"


def test_a_coordinator_keeps_the_page_true(client, vicini):
    pero = MunicipalityFactory()
    client.force_login(vicini.lucia)

    client.post(
        f"/enti/{vicini.pk}/modifica/",
        {"about": "Facciamo la spesa.", "contact": "martedì", "email": "", "phone": "", "areas": [pero.pk]},
    )

    changed = Organization.objects.get(pk=vicini.pk)
    assert (changed.about, changed.name, changed.accepts_volunteers) == (
        "Facciamo la spesa.",
        "Vicini di Casa",
        False,
    )
    assert list(changed.areas.all()) == [pero]


def test_a_coordinator_answers_for_whom_they_know(vicini):
    asked = waiting_request(wish="volunteer", organization=vicini)

    asked.vouch(by=vicini.lucia, yes=True)
    asked.vouch(by=vicini.lucia, yes=True)
    assert Event.objects.filter(kind="portal.join_request.vouched").count() == 1
    with pytest.raises(AlreadyDecided):
        asked.vouch(by=vicini.lucia, yes=False)  # they are in; a membership is ended on its own


def test_who_is_not_known_may_become_known_until_staff_decide(vicini, elena):
    asked = waiting_request(wish="volunteer", organization=vicini)
    asked.vouch(by=vicini.lucia, yes=False)
    asked.vouch(by=vicini.lucia, yes=False)
    assert Event.objects.filter(kind="portal.join_request.not_vouched").count() == 1
    asked.decline(by=elena)
    with pytest.raises(AlreadyDecided):
        asked.vouch(by=vicini.lucia, yes=True)


def test_my_organization_is_found_from_the_menu(client, vicini):
    client.force_login(vicini.davide)
    assert "Vicini di Casa" in client.get("/enti/").content.decode()
    OrganizationFactory(name="Altra").add(vicini.davide, by=None)
    assert "Altra" in client.get("/enti/").content.decode()
    client.force_login(UserFactory())
    assert client.get("/enti/").status_code == 200


def test_an_export_says_who_was_vouched_for_and_checked(vicini, elena):
    trusted(vicini, elena)

    told = list(export_organizations(vicini.davide))

    assert told[0]["vouched_for_on"]
    assert told[0]["checked_on"]


# -- on the home of whoever belongs to it ----------------------------------------------------------------------------


def test_a_coordinator_finds_on_their_home_who_waits_for_their_word(client, vicini):
    asked = [
        waiting_request(organization=vicini, name=name, email=f"{name.lower()}@abitare.example")
        for name in ("Beatrice", "Tarik")
    ]

    home = home_of(client, vicini.lucia)
    assert "2 people ask to join. Do you know them?" in home
    assert f"/enti/{vicini.pk}/#requests" in home
    assert "Nothing to see yet" not in home

    asked[0].vouch(by=vicini.lucia, yes=True)
    assert "1 person asks to join" in home_of(client, vicini.lucia)
    asked[1].vouch(by=vicini.lucia, yes=False)
    home = home_of(client, vicini.lucia)
    assert "Vicini di Casa" in home
    assert "asks to join" not in home


def test_a_member_finds_the_organization_and_nobody_who_asks(client, vicini):
    waiting_request(organization=vicini, name="Beatrice")

    home = home_of(client, vicini.davide)

    assert f"/enti/{vicini.pk}/" in home
    assert "asks to join" not in home
    vicini.his.end(by=vicini.lucia)
    assert "Vicini di Casa" not in home_of(client, vicini.davide)


# -- where they are looked for -----------------------------------------------------------------------------------------


def test_a_caseworker_who_is_in_none_finds_all_organizations(client, elena, vicini):
    client.force_login(elena)
    page = client.get("/en/enti/").content.decode()
    assert f'href="/en/enti/{vicini.pk}/"' in page
    assert "You are a member of no organization" not in page

    Organization.objects.all().delete()
    page = client.get("/en/enti/").content.decode()
    assert "There is no organization yet." in page
    assert "or the desk" not in page


def test_other_staff_are_not_sent_to_the_desk(client, vicini):
    client.force_login(UserFactory(roles=["portal.auditor"]))
    page = client.get("/en/enti/").content.decode()
    assert "see all organizations and keep them" in page
    assert "or the desk" not in page
    assert "Vicini di Casa" not in page


def test_a_resident_who_is_in_none_is_told_whom_to_ask(client, vicini):
    client.force_login(UserFactory())
    page = client.get("/en/enti/").content.decode()
    assert "or the desk" in page
    assert "Vicini di Casa" not in page
