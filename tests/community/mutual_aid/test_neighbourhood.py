import pytest
from django.contrib.auth.models import AnonymousUser

from community.mutual_aid.audience_field import AudienceField
from community.mutual_aid.neighbourhood import Audience, meant_by, reach_of
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def building():
    return BuildingFactory()


@pytest.fixture
def parish(building):
    parish = OrganizationFactory()
    parish.areas.add(building.municipality)
    return parish


def anew(person):
    """The person as the next request finds them."""
    return type(person).objects.get(pk=person.pk)


def test_a_tenant_belongs_to_the_building_and_its_town(building):
    reach = reach_of(tenant_of(building))

    assert (reach.buildings, reach.municipalities) == ({building.pk}, {building.municipality_id})
    assert reach


def test_a_member_belongs_to_the_organization_and_where_it_is_at_work(parish, building):
    member = UserFactory()
    parish.add(member, by=None)

    assert (reach_of(member).organizations, reach_of(member).buildings) == ({parish.pk}, frozenset())
    assert reach_of(member).municipalities == {building.municipality_id}


def test_an_organization_of_no_town_reaches_its_members_still():
    union, member = OrganizationFactory(), UserFactory()
    union.add(member, by=None)

    assert reach_of(member).organizations == {union.pk}
    assert reach_of(member).municipalities == frozenset()


def test_whoever_lives_nowhere_and_is_no_member_takes_no_part():
    assert not reach_of(UserFactory())
    assert not reach_of(AnonymousUser())


def test_it_ends_with_what_it_stood_on(parish, building):
    tenant, member = tenant_of(building), UserFactory()
    parish.add(member, by=None)

    parish.remove(member, by=None)
    tenant.household_memberships.get().household.remove(tenant, by=None)

    assert not reach_of(anew(member))
    assert not reach_of(anew(tenant))


def test_it_is_asked_for_once_a_request(building, django_assert_num_queries):
    tenant = anew(tenant_of(building))

    with django_assert_num_queries(2):
        reach_of(tenant)
        reach_of(tenant)


def test_one_means_something_for_those_near_first(building, parish):
    tenant = tenant_of(building)
    parish.add(tenant, by=None)

    assert [(meant.audience, meant.label) for meant in meant_by(tenant)] == [
        (Audience.BUILDING, str(building)),
        (Audience.AREA, str(building.municipality)),
        (Audience.ORGANIZATION, str(parish)),
    ]


def test_the_field_takes_only_what_it_offers(building):
    field, elsewhere = AudienceField(), BuildingFactory()
    field.offer_to(tenant_of(building))

    assert field.initial == f"building:{building.pk}"
    assert field.clean(f"building:{building.pk}").fields["municipality"] == building.municipality
    for forged in (f"building:{elsewhere.pk}", "area:0", "", "building"):
        with pytest.raises(Exception, match="Choose|Scegli"):
            field.clean(forged)


def test_an_adult_of_the_household_is_known_as_one_and_a_minor_is_not(building):
    tenant = tenant_of(building)
    minor = UserFactory()
    tenant.household_memberships.get().household.members.create(person=minor, is_adult=False)

    assert reach_of(tenant).is_adult
    assert not reach_of(minor).is_adult
    assert reach_of(minor).buildings == {building.pk}
