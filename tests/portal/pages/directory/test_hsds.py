"""Other programs read the directory in HSDS 3."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .house import open_at, place, provider, resource

pytestmark = pytest.mark.django_db


def ask(client, path: str, status: int = 200):
    answer = client.get(f"/hsds{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_service_with_all_that_belongs_to_it(client):
    page = resource(
        "Pacco", needs=["food"], languages=["it", "ar"], documents="ISEE", hours=[("56", "09:30", "11:30")]
    )
    told = ask(client, f"/services/{page.translation_key}")
    assert (told["id"], told["name"], told["status"]) == (str(page.translation_key), "Pacco", "active")
    assert told["organization"]["name"] == "CAF Il Girasole"
    (there,) = told["service_at_locations"]
    assert isinstance(there["location"]["latitude"], float)
    (hours,) = there["schedules"]
    assert (hours["byday"], hours["opens_at"], hours["freq"]) == ("SA,SU", "09:30", "WEEKLY")
    assert [one["code"] for one in told["languages"]] == ["it", "ar"]
    assert told["required_documents"][0]["document"] == "ISEE"
    assert told["attributes"][0]["taxonomy_term"]["code"] == "food"
    assert told["cost_options"][0]["amount"] == 0


def test_a_rule_of_the_month_is_told_as_icalendar_does(client):
    page = resource("Avvocato", hours=[("03", "17:30", "19:30", "1", "-1")])
    (hours,) = ask(client, f"/services/{page.translation_key}")["service_at_locations"][0]["schedules"]
    assert (hours["freq"], hours["byday"]) == ("MONTHLY", "1MO,1TH,-1MO,-1TH")


def test_pages_tell_where_they_stand(client):
    for number in range(3):
        resource(f"Risorsa {number}")
    first = ask(client, "/services?per_page=2")
    assert {key: first[key] for key in first if key != "contents"} == {
        "total_items": 3, "total_pages": 2, "page_number": 1, "size": 2,
        "first_page": True, "last_page": False, "empty": False,
    }  # fmt: skip
    assert ask(client, "/services?per_page=2&page=2")["size"] == 1


@pytest.mark.parametrize(
    "question",
    [
        "page=0", "page=9", "page=x", "per_page=101", "taxonomy_id=x", "modified_after=soon", "format=xml",
        "minimal=maybe", "unheard=of", "modified_after=0001-01-01T00:00:00%2B14:00",
        "modified_after=9999-12-31T23:59:59-14:00", "modified_after=" + "9" * 30, "page=" + "9" * 5000,
    ],
)  # fmt: skip
def test_a_bad_page_or_filter_is_told_what_is_wrong(client, question):
    resource()
    assert question.partition("=")[0] in ask(client, f"/services?{question}", 400)["detail"]


@pytest.mark.parametrize("kind", ["services", "organizations", "service_at_locations", "taxonomies"])
@pytest.mark.parametrize("number", ["x", "00000000-0000-0000-0000-000000000007"])
def test_an_unknown_id_is_a_404_in_json(client, kind, number):
    assert ask(client, f"/{kind}/{number}", 404)["detail"]


def test_filters_keep_to_what_is_listed(client):
    food = resource("Pacco", needs=["food"])
    resource("Altro", provider=provider("Altro ente"), at=place(postcode="20017", address="via Lunga 1"))
    resource("Uscito", days_ago=548)
    assert ask(client, "/services")["total_items"] == 2
    term = ask(client, f"/services/{food.translation_key}")["attributes"][0]["taxonomy_term_id"]
    for question in (f"taxonomy_term_id={term}", f"organization_id={food.provider.hsds_id}", "search=pacc"):
        assert [one["name"] for one in ask(client, f"/services?{question}")["contents"]] == ["Pacco"]
    assert ask(client, "/service_at_locations?postcode=20017")["total_items"] == 1
    assert ask(client, "/service_at_locations?postcode=20017&proximity=500")["total_items"] == 2
    assert ask(client, "/services?modified_after=2999-01-01T00:00:00Z")["empty"]
    assert ask(client, "/service_at_locations?postcode=20017&proximity=500&per_page=1")["total_pages"] == 2


def test_any_site_may_read_it_and_nobody_write(client):
    resource()
    answer = client.get("/hsds/services")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Cache-Control"] == "public, max-age=300"
    assert client.get("/hsds/services", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    before = client.options("/hsds/services")
    assert (before.status_code, before["Access-Control-Allow-Methods"]) == (204, "GET, OPTIONS")
    assert client.post("/hsds/services").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/services", "/services?full=true", "/organizations?full=true&full_service=true",
        "/service_at_locations", "/service_at_locations?full=true",
    ],
)  # fmt: skip
def test_queries_do_not_grow_with_the_rows(client, path):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(client, path)
        return len(captured)

    for number in range(4):
        resource(f"Prima {number}", provider=provider(f"Ente {number}"), municipalities=["Rho"])
    ask(client, path)
    few = asked()
    for number in range(8):
        resource(f"Dopo {number}", provider=provider(f"Altro {number}"), hours=[("0", "09:00", "12:00")])
    assert asked() == few <= 12


# -- in our own words, what HSDS 3.0 demands of each thing ------------------------------------------------------------

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What may not be missing.
REQUIRED = {
    "organization": {"id", "name", "description"},
    "location": {"id", "location_type"},
    "address": {
        "id", "address_1", "city", "state_province", "postal_code", "country", "address_type",
    },
    "schedule": {"id"},
    "phone": {"id", "number"},
    "service_at_location": {"id"},
}  # fmt: skip
# Of what each fact is, where it is no text. What ends in `id` names something, by a UUID.
NUMBERS = {"latitude", "longitude", "timezone", "count", "interval", "extension", "year_incorporated"}
LISTS = {
    "phones", "schedules", "addresses", "accessibility", "services", "locations", "contacts", "languages", "attributes",
    "funding", "programs", "organization_identifiers", "metadata",
}  # fmt: skip
THINGS = {"location", "service", "organization"}
KINDS_OF_PLACE = {"physical", "postal", "virtual"}


def assert_is(kind: str, told: dict) -> None:
    assert REQUIRED[kind] <= told.keys()
    for name, fact in told.items():
        where = f"{kind}.{name}: {fact!r}"
        if name == "id" or name.endswith("_id"):
            assert UUID.fullmatch(fact), where
        elif name in NUMBERS:
            assert isinstance(fact, int | float), where
            assert not isinstance(fact, bool), where
        elif name in LISTS:
            assert isinstance(fact, list), where
        elif name in THINGS:
            assert isinstance(fact, dict), where
        else:
            assert isinstance(fact, str), where
            assert fact, where


def test_each_thing_has_what_the_specification_demands(client):
    page = resource(
        "Pacco", provider=provider("Girasole", website="https://girasole.abitare.example/"), at=None
    )
    (there,) = [open_at(page, place(postcode="20016"), [("56", "09:30", "11:30")], phone="02 0000 0302")]

    organization = ask(client, f"/organizations/{page.provider.hsds_id}")
    assert_is("organization", organization)
    (phone,) = organization["phones"]
    assert_is("phone", phone)
    assert organization["website"].startswith("https://")
    assert "@" in organization["email"]

    (listed,) = ask(client, "/service_at_locations")["contents"]
    assert_is("service_at_location", listed)
    assert_is("location", listed["location"])

    told = ask(client, f"/service_at_locations/{there.translation_key}")
    assert_is("service_at_location", told)
    assert_is("location", told["location"])
    assert told["location"]["location_type"] in KINDS_OF_PLACE
    (address,) = told["location"]["addresses"]
    assert_is("address", address)
    assert address["address_type"] in KINDS_OF_PLACE
    (phone,) = told["phones"]
    assert_is("phone", phone)
    (schedule,) = told["schedules"]
    assert_is("schedule", schedule)
    assert schedule["freq"] in {"WEEKLY", "MONTHLY"}
    assert schedule["wkst"] in {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
    assert set(schedule["byday"].split(",")) <= {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
    assert re.fullmatch(r"\d\d:\d\d", schedule["opens_at"])
