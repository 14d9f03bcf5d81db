"""The board: what is found, what comes first, and what fits with which reason."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from community.mutual_aid.exchanges.matching import fit_of, matches_of, people_met_by, reasons
from community.mutual_aid.exchanges.models import Interest, Post
from community.mutual_aid.exchanges.words import PostState
from community.testing import anew, post_by
from portal.testing.factories import BuildingFactory, tenant_of
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def building():
    return BuildingFactory()


@pytest.fixture
def me(building):
    return tenant_of(building)


@pytest.fixture
def neighbour(building):
    return tenant_of(building)


def cards(client, query: str = "") -> list[str]:
    """The addresses of what stands on the board, in order."""
    return [link["href"] for link in seen(client, f"/aiuto/{query}").select("#aid-board .entry__link")]


def test_what_is_mine_or_paused_or_run_out_is_not_on_it(client, me, neighbour):
    client.force_login(me)
    post_by(me)
    for change in ({"state": PostState.PAUSED}, {"expires_on": timezone.localdate() - timedelta(days=1)}):
        Post.objects.filter(pk=post_by(neighbour).pk).update(**change)
    one = post_by(neighbour)

    assert cards(client) == [one.get_absolute_url()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=request", ["sewing"]),
        ("?category=papers", ["papers"]),
        ("?language=ar", ["papers"]),
        ("?where=building", ["sewing"]),
        ("?when=day-1", ["papers", "sewing"]),
        ("?when=evening", ["sewing"]),
        ("?when=evening&kind=offer", []),
        ("?kind=nonsense&category=%00&when=day-9&language=xx", ["homework", "papers", "sewing"]),
    ],
)
def test_it_is_narrowed(client, me, neighbour, building, query, found):
    near = tenant_of(BuildingFactory(municipality=building.municipality))
    post_by(
        near,
        meant=1,
        category="papers",
        languages=" ar it ",
        when="weekly",
        weekdays=0b10,
        part_of_day="morning",
    )
    post_by(near, meant=1, category="homework", when="weekly", weekdays=0b1, part_of_day="morning")
    post_by(neighbour, category="sewing", kind="request")
    client.force_login(me)

    shown = [Post.objects.get(pk=url.split("/")[-2]).category for url in cards(client, query)]
    assert sorted(shown) == found


def test_who_needs_a_stand_in_comes_first_then_what_fits_me(client, me, neighbour, building):
    near = tenant_of(BuildingFactory(municipality=building.municipality))
    Interest.say(me, "use", ["papers"])
    plain = post_by(near, meant=1, category="moving")
    fits = post_by(near, meant=1, category="papers")
    here = post_by(neighbour, category="moving")
    alarm = post_by(near, meant=1, category="moving", kind="request")
    Post.objects.filter(pk=alarm.pk).update(wants_stand_in=True)
    client.force_login(me)

    assert cards(client) == [post.get_absolute_url() for post in (alarm, fits, here, plain)]


def test_a_card_says_why_it_fits(me, neighbour, building):
    me.language = "ar"
    Interest.say(me, "give", ["homework"])
    Interest.say(me, "time", ["afternoons"])
    post = post_by(neighbour, kind="request", at_building=building, part_of_day="afternoon", languages=" ar ")

    assert len(fit_of(me).reasons(post)) == 4


def test_the_first_name_stands_on_it_and_no_more(client, me, building):
    post_by(tenant_of(building, display_name="Samira Haddad"))
    client.force_login(me)

    page = client.get("/aiuto/").content.decode()
    assert "Samira" in page
    assert "Haddad" not in page


def test_offers_meet_requests_with_the_reason_said(me, neighbour, building):
    mine = post_by(
        me, kind="request", languages=" ar it ", when="weekly", weekdays=0b110, at_building=building
    )
    theirs = post_by(neighbour, languages=" ar ", when="weekly", weekdays=0b10, at_building=building)
    post_by(neighbour, kind="request")
    post_by(neighbour, category="papers")

    match = matches_of(me, [mine])[0]
    assert [found.post for found in matches_of(me, fit_of(me).posts)] == [theirs]
    assert (match.mine, len(match.reasons)) == (mine, 4)
    assert match.reasons == reasons(mine, theirs)


def test_a_match_never_stands_there_without_a_reason(me, neighbour):
    mine = post_by(me, kind="request", when="once", day=timezone.localdate() + timedelta(days=2))
    post_by(neighbour, when="once", day=timezone.localdate() + timedelta(days=3))

    with translation.override("en"):
        assert matches_of(me, [mine])[0].reasons == ["you have asked for this"]


def test_whoever_answers_for_others_is_led_to_their_work(client):
    from portal.testing.factories import UserFactory

    client.force_login(UserFactory(roles=["portal.caseworker"]))
    links = [link["href"] for link in seen(client, "/aiuto/").select("main .list a")]
    assert links[:2] == ["/aiuto/cura/", "/aiuto/segnalazioni/"]
    assert client.get(links[0]).status_code == 200
    client.force_login(UserFactory(roles=["portal.administrator"]))
    links = [link["href"] for link in seen(client, "/aiuto/").select("main .list a")]
    assert links == ["/casa/oggi/", "/admin/"]


def test_whoever_is_met_hears_of_it_if_it_is_meant_for_them(me, neighbour, building):
    post_by(me, kind="request")
    post_by(tenant_of(BuildingFactory(municipality=building.municipality)), kind="request", meant=1)

    assert people_met_by(post_by(neighbour)) == [me]


def test_an_empty_board_leads_to_the_first_day(client, me):
    client.force_login(me)

    assert seen(client, "/aiuto/").select("#aid-board a[href='/aiuto/inizio/']")


def test_it_is_for_nobody_who_belongs_nowhere(client, neighbour):
    from portal.testing.factories import UserFactory

    post_by(neighbour, text="Porto giù la spazzatura.")
    client.force_login(UserFactory())

    assert not seen(client, "/aiuto/").select(".entry")
    assert client.get("/aiuto/nuovo/").status_code == 404


def test_the_first_day_is_three_cards_and_drafts(client, me, neighbour):
    post_by(neighbour, kind="request", category="sewing")
    client.force_login(me)

    assert seen(client, "/aiuto/inizio/").select("[value=sewing] ~ .badge")
    for card, what in ((1, ["homework", "sewing"]), (2, ["papers"]), (3, ["evenings"])):
        answer = client.post(f"/aiuto/inizio/?card={card}", {"what": what})
        assert answer.status_code == 302
    drafts = [link["href"] for link in seen(client, answer.url).select("main .list a")]

    assert Interest.objects.filter(person=me).count() == 4
    assert drafts == [
        "/aiuto/nuovo/?kind=offer&category=homework",
        "/aiuto/nuovo/?kind=offer&category=sewing",
        "/aiuto/nuovo/?kind=request&category=papers",
    ]
    client.post("/aiuto/inizio/?card=1", {"what": ["sewing"]})
    assert list(Interest.objects.filter(person=me, side="give").values_list("what", flat=True)) == ["sewing"]
    client.post("/aiuto/inizio/?card=1", {"what": ["flying"]})
    assert Interest.objects.filter(person=me, side="give").count() == 1


@pytest.mark.parametrize(
    "path", ["/aiuto/", "/aiuto/?when=day-1&language=ar", "/aiuto/mie/", "/aiuto/mie/?show=posts"]
)
def test_it_asks_as_often_with_ten_as_with_hundreds(
    client, me, neighbour, django_assert_max_num_queries, path
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    post_by(me, kind="request")
    first = post_by(neighbour)
    client.force_login(anew(me))
    client.get(path)
    before = queries()
    for author, kind in ((neighbour, "offer"), (me, "request")):
        Post.objects.bulk_create(
            Post(
                **{
                    field.attname: getattr(first, field.attname)
                    for field in Post._meta.concrete_fields
                    if field.name not in ("id", "client_id", "author", "kind", "building", "municipality")
                },
                client_id=f"00000000-0000-4000-8000-{number:06d}{author.pk:06d}",
                author=author,
                kind=kind,
                building_id=first.building_id,
                municipality_id=first.municipality_id,
            )
            for number in range(200)
        )

    assert queries() == before <= 15
