"""Pages and forms: two taps, bad input, what is told and what is not."""

import re
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from community.mutual_aid.exchanges.models import Exchange, Post
from community.mutual_aid.exchanges.words import PostState, State
from community.testing import anew, coordinator_of, exchange_in, post_by, take, two_neighbours
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of
from tests.community.mutual_aid.hours import balance_of
from tests.portal.pages.tree import seen
from tests.portal.uploads.sounds import recording, sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return two_neighbours()


@pytest.fixture
def me(pair, client):
    client.force_login(pair[0])
    return pair[0]


def form_of(me, **changed) -> dict:
    """What the form sends if one only chooses a picture."""
    building = me.household_memberships.get().household.tenancies.get().dwelling.building
    return {
        "client_id": str(uuid.uuid4()),
        "kind": "offer",
        "category": "homework",
        "when": "any_time",
        "minutes": "60",
        "meant": f"building:{building.pk}",
        **changed,
    }


# -- publishing ---


def test_a_picture_is_enough(client, me):
    form = client.get("/aiuto/nuovo/?kind=offer")
    page = seen(client, form.url)
    assert page.select_one("[name=kind][value=offer]").has_attr("checked")
    answer = client.post("/aiuto/nuovo/", form_of(me))

    post = Post.objects.get()
    assert answer.url == post.get_absolute_url()
    assert (post.name, post.expires_on - timezone.localdate()) == ("Compiti", timedelta(days=60)) or post.name
    assert post.expires_on - timezone.localdate() == timedelta(days=60)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", ["kind", "category", "text"]),
        ("?kind=request", ["category", "text"]),
        ("?kind=request&category=homework", ["text"]),
    ],
)
def test_what_is_filled_in_is_folded_away_behind_the_button(client, me, asked, first):
    page = seen(client, client.get(f"/en/aiuto/nuovo/{asked}").url)
    form = page.select_one(".aid-form")
    parts = [part["class"][-1].removeprefix("aid-field--") for part in form.select(":scope > .aid-field")]
    button, more = form.select(":scope > button, :scope > details")

    assert parts == first
    assert (button.name, more.name, more.has_attr("open")) == ("button", "details", False)
    assert "when you can · 1 hour" in more.summary.get_text(" ", strip=True).lower()
    assert form.select(":scope > .aid-field ~ button"), "the words come before the button"
    assert more.select_one("[name=meant]"), "whom it is for can be changed"
    assert more.select_one("button[type=submit]"), "what is changed there is sent from there"
    assert (page.select_one(".aid__kind") is not None) == ("category" in asked), "what it is about is said"


def test_a_form_that_is_refused_is_unfolded(client, me):
    answer = client.post("/aiuto/nuovo/?kind=offer", form_of(me, when="once"))

    more = BeautifulSoup(answer.content, "html.parser").select_one(".aid-form > details")
    assert more.has_attr("open")
    assert more.select_one(".aid-field--day .field__errors")


def test_whoever_goes_back_and_sends_again_finds_what_is_published(client, me, pair):
    address = client.get("/aiuto/nuovo/?kind=offer").url
    form_id = seen(client, address).select_one("[name=client_id]")["value"]
    form = form_of(me, client_id=form_id)
    post = client.post(address, form).url

    assert client.get(address).url == post, "the form's page leads to what came of it"
    again = client.post(address, form, follow=True)
    assert (again.redirect_chain[-1][0], Post.objects.count()) == (post, 1)
    assert again.context["messages"]
    client.force_login(pair[1])
    assert seen(client, address).select_one(".aid-form"), "nobody else is led there"


def test_whoever_goes_back_and_writes_something_else_loses_nothing(client, me):
    form = form_of(me, text="Di sera")
    client.post("/aiuto/nuovo/", form)

    answer = client.post("/aiuto/nuovo/", {**form, "text": "Un'altra volta"})
    shown = answer.context["form"]
    assert (answer.status_code, Post.objects.count()) == (422, 1)
    assert (shown["text"].value(), bool(shown.non_field_errors())) == ("Un'altra volta", True)
    assert shown["client_id"].value() != form["client_id"]
    client.post("/aiuto/nuovo/", {**form, "text": "Un'altra volta", "client_id": shown["client_id"].value()})
    assert Post.objects.count() == 2


def test_a_voice_note_is_published_with_it_and_a_new_one_takes_its_place(client, me, pair):
    form = form_of(me, voice=recording(), voice_words="Porto la spesa.")
    post = Post.objects.get(pk=client.post("/aiuto/nuovo/", form).url.split("/")[-2])
    first = post.voice_notes.get()
    assert first.words == "Porto la spesa."
    client.force_login(pair[1])
    assert seen(client, post.get_absolute_url()).select_one("audio")["src"] == first.get_absolute_url()
    assert client.get(first.get_absolute_url()).status_code == 200
    client.force_login(me)
    client.post(
        f"{post.get_absolute_url()}modifica/", form_of(me, seen="0", voice=recording(sound(seconds=2)))
    )

    assert post.voice_notes.get() != first


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("text", {"text": "Chiamatemi al 333 123 4567"}),
        ("text", {"text": "Scrivete a me@abitare.example"}),
        ("text", {"text": "Bonifico su IT60 X054 2811 1010 0000 0123 456"}),
        ("text", {"text": "Dieci lezioni a 15 € l'una"}),
        ("title", {"title": "Telefono +39 02 0000 0101"}),
        ("text", {"text": "Abito in via dei Tigli 12"}),
        ("text", {"text": "Sono al terzo, interno 5"}),
        ("text", {"text": "a" * 1001}),
        ("minutes", {"minutes": "-1"}),
        ("minutes", {"minutes": "0.2"}),
        ("minutes", {"minutes": "1e9"}),
        ("minutes", {"minutes": "45"}),
        ("category", {"category": "banking"}),
        ("day", {"when": "once"}),
        ("day", {"when": "once", "day": "2001-01-01"}),
        ("day", {"when": "once", "day": "9999-12-31"}),
        ("weekdays", {"when": "weekly"}),
        ("meant", {"meant": "building:0"}),
        ("languages", {"languages": ["xx"]}),
        ("at_time", {"at_time": "25:99"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_said_next_to_its_field_and_nothing_is_lost(client, me, field, changed):
    answer = client.post("/aiuto/nuovo/", form_of(me, **{"text": "Un'ora di matematica", **changed}))

    assert answer.status_code == 422
    assert not Post.objects.exists()
    assert field in answer.context["form"].errors
    page = answer.content.decode()
    assert "field__errors" in page
    for words in (changed.get("text", "Un'ora di matematica"), changed.get("title", "")):
        assert words.replace("'", "&#x27;") in page


def test_a_street_that_is_no_home_may_stand_there_once_one_has_said_so(client, me):
    form = form_of(me, text="Partiamo dalla fermata di via dei Tigli 12")
    page = client.post("/aiuto/nuovo/", form).content.decode()
    assert 'name="knows_door"' in page
    client.post("/aiuto/nuovo/", {**form, "knows_door": "on"})

    assert Post.objects.get().text == "Partiamo dalla fermata di via dei Tigli 12"


@pytest.mark.parametrize(
    "text", ["Dalle 17:30 alle 19", "Il 12/12/2026, alle 9", "Ripasso 2024-2025", "Terza media"]
)
def test_days_and_times_are_no_numbers_to_call(client, me, text):
    assert client.post("/aiuto/nuovo/", form_of(me, text=text)).status_code == 302


def test_hostile_words_are_words(client, me):
    client.post("/aiuto/nuovo/", form_of(me, text="<script>alert(1)</script>\x00\u202e"))

    page = client.get(Post.objects.get().get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_is_written_anew_and_whoever_was_slower_reads_so(client, me):
    post = post_by(me)
    path = f"{post.get_absolute_url()}modifica/"
    form = form_of(me, text="Anche fisica", seen="0")
    assert client.post(path, form).status_code == 302
    again = client.post(path, {**form, "text": "E chimica"})

    assert again.status_code == 422
    assert "E chimica" in again.content.decode()
    assert Post.objects.get().text == "Anche fisica"


@pytest.mark.parametrize(
    ("verb", "state"),
    [("pause", PostState.PAUSED), ("take-back", PostState.TAKEN_BACK), ("renew", PostState.OPEN)],
)
def test_one_tap_pauses_takes_back_and_renews(client, me, verb, state):
    post = post_by(me)
    Post.objects.update(expires_on=timezone.localdate() + timedelta(days=2))
    for _twice in range(2):
        assert client.post(f"{post.get_absolute_url()}{verb}/").status_code == 302

    post.refresh_from_db()
    assert post.state == state
    if verb == "renew":
        assert post.expires_on == timezone.localdate() + timedelta(days=60)


def test_its_author_reads_who_took_it_off_the_board_and_where_it_says_why(client, me, pair):
    post, own = post_by(me), post_by(me, category="papers")
    own.take_back(by=me)
    safety = f"main .alert [href='{reverse('community:safety')}']"
    assert not seen(client, post.get_absolute_url()).select(safety)

    post.hide(by=coordinator_of(post.municipality))

    page = seen(client, post.get_absolute_url())
    assert page.select(safety)
    assert not page.select("main [href$='/cambia/']"), "nobody would see what is changed"
    assert not seen(client, own.get_absolute_url()).select(safety), "what I took back myself"


def test_what_is_asked_further_down_unfolds_only_where_it_is_wrong(client, me):
    for changed, unfolds in (({"text": "Chiama 333 1234567"}, False), ({"minutes": "7"}, True)):
        answer = client.post("/aiuto/nuovo/", form_of(me, **changed))
        assert answer.status_code == 422
        more = BeautifulSoup(answer.content, "html.parser").select_one("details.aid-more")
        assert more.has_attr("open") == unfolds


# -- asking ---


def asked(client, post, **changed):
    """Open the page, press the button: what stands in its form is sent."""
    form = seen(client, post.get_absolute_url()).select_one("#ask form")
    data = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    data |= {
        select["name"]: (select.select_one("[selected]") or select.select_one("option"))["value"]
        for select in form.select("select")
    }
    return client.post(form["action"], {**data, "message": "", **changed})


def test_two_taps_are_enough(client, me, pair):
    post = post_by(pair[1], when="weekly", weekdays=0b1000, part_of_day="morning", minutes=90)
    answer = asked(client, post)

    exchange = Exchange.objects.get()
    assert answer.url == exchange.get_absolute_url()
    assert (exchange.minutes, exchange.asked_by, exchange.state) == (90, me, State.PROPOSED)
    assert timezone.localtime(exchange.starts_at).hour == 10


@pytest.mark.parametrize("minutes", ["-1", "0.2", "1e9", "", "0"])
def test_hours_that_are_none_are_an_error_at_the_field(client, me, pair, minutes):
    answer = asked(client, post_by(pair[1]), minutes=minutes, message="Vengo io da te?")

    assert answer.status_code == 422
    assert "minutes" in answer.context["form"].errors
    assert "Vengo io da te?" in answer.content.decode()
    assert not Exchange.objects.exists()


@pytest.mark.parametrize("day", ["2001-01-01", "9999-12-31", "ieri"])
def test_days_that_cannot_be(client, me, pair, day):
    answer = asked(client, post_by(pair[1]), starts_at_0=day, starts_at_1="10:00")

    assert "starts_at" in answer.context["form"].errors


def test_the_first_time_three_rules_stand_there(client, me, pair):
    post = post_by(pair[1])
    assert len(seen(client, post.get_absolute_url()).select(".aid-rules li")) == 3
    exchange_in(State.CONFIRMED, author=pair[1], asker=me)
    assert not seen(client, post.get_absolute_url()).select(".aid-rules")


def test_a_posts_page_asks_no_more_than_it_may(client, me, pair, django_assert_max_num_queries):
    post = post_by(pair[1])
    for _again in range(3):
        exchange_in(State.CONFIRMED, author=pair[1], asker=me)
    client.get(post.get_absolute_url())
    with django_assert_max_num_queries(15):
        client.get(post.get_absolute_url())


def test_a_foreign_post_is_as_missing_as_a_missing_one(client, me):
    foreign = post_by(tenant_of(BuildingFactory()))
    for path in (foreign.get_absolute_url(), "/aiuto/annunci/999999/"):
        assert client.get(path).status_code == client.post(f"{path}chiedi/").status_code == 404


# -- the exchange ---


def test_the_place_is_told_to_the_two_once_they_have_agreed(client, me, pair):
    exchange = exchange_in(State.SCHEDULED, author=me, asker=pair[1])

    assert "Cortile" in client.get(exchange.get_absolute_url()).content.decode()
    client.force_login(tenant_of(BuildingFactory()))
    assert client.get(exchange.get_absolute_url()).status_code == 404


def step(client, exchange, verb, **data):
    return client.post(f"{exchange.get_absolute_url()}{verb}/", {"seen": exchange.version, **data})


@pytest.mark.parametrize("verb", ["confirm", "done"])
@pytest.mark.parametrize("minutes", ["-1", "0.2", "1e9", "45", "", "0"])
def test_what_is_no_time_is_neither_confirmed_nor_said(client, me, pair, verb, minutes):
    exchange = exchange_in(State.DONE, author=pair[1], asker=me)
    answer = step(client, exchange, verb, minutes=minutes)

    assert answer.status_code == 422
    # What one confirms is no question: only a forged page sends another answer.
    assert ("field__errors" in answer.content.decode()) == (verb == "done")
    exchange.refresh_from_db()
    assert (exchange.state, balance_of(pair[1])) == (State.DONE, 0)


def test_the_second_reads_the_firsts_figure_and_agrees_or_disputes(client, me, pair):
    exchange = exchange_in(State.DONE, author=pair[1], asker=me)
    answer = step(client, exchange, "confirm", minutes="30")

    assert answer.status_code == 422
    assert re.search(r"1 ora|1 hour", str(answer.context["now"]()["forms"][0].errors))
    assert step(client, exchange, "confirm", minutes="60").status_code == 302
    assert balance_of(pair[1]) == 60


def test_whoever_comes_too_late_reads_what_has_happened(client, me, pair):
    exchange = exchange_in(State.DONE, author=pair[1], asker=me)
    Exchange.objects.get(pk=exchange.pk).confirm(by=me, minutes=60)
    late = step(client, exchange, "dispute", reason="Erano due ore.")

    assert late.status_code == 409
    assert "Erano due ore." in late.content.decode()
    assert step(client, exchange, "confirm", minutes="60").status_code == 302, "sent again"


def test_somebody_elses_exchange_is_missing(client, me):
    exchange = exchange_in(State.DONE)
    assert step(client, exchange, "confirm", minutes="60").status_code == 404
    assert client.get(exchange.get_absolute_url()).status_code == 404


def test_whoever_answers_for_the_area_settles_and_is_led_on(client, pair):
    exchange = exchange_in(State.DISPUTED, author=pair[0], asker=pair[1])
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    assert seen(client, "/aiuto/cura/").select(f"[href='{exchange.get_absolute_url()}']")
    answer = step(client, exchange, "settle", minutes="30", decision="Mezz'ora, come avevate detto.")
    assert answer.url == exchange.get_absolute_url()
    assert balance_of(pair[0]) == 30
    decided = seen(client, exchange.get_absolute_url())
    assert "Mezz'ora, come avevate detto." in decided.get_text()
    assert not decided.select(
        "main form, #exchange-history, .conversation"
    )  # what they decided, and nothing more
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    assert client.get(exchange.get_absolute_url()).status_code == 404, "who did not decide it"


def test_whoever_settles_it_finds_both_sides_and_nothing_chosen_beforehand(client, pair):
    exchange = exchange_in(State.DISPUTED, author=pair[0], asker=pair[1], minutes=90)
    Exchange.objects.filter(pk=exchange.pk).update(giver_minutes=120, receiver_minutes=60)
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    options = seen(client, exchange.get_absolute_url()).select("#step-settle option")
    assert not [option for option in options if option.has_attr("selected") and option["value"]]
    first = [(option["value"], option.get_text(strip=True)) for option in options[:4]]
    assert [value for value, _words in first] == ["", "120", "60", "90"]
    assert pair[0].display_name in first[1][1]
    assert pair[1].display_name in first[2][1]
    assert "90" not in [option["value"] for option in options[4:]]


@pytest.mark.parametrize("who_cancels", ["author", "asker"])
def test_what_was_called_off_says_where_ones_own_post_stands(client, pair, who_cancels):
    author, asker = pair
    exchange = exchange_in(State.ACCEPTED, author=author, asker=asker, kind="request")
    take(exchange, "cancel", by={"author": author, "asker": asker}[who_cancels])
    address = f"main .alert [href='{exchange.post.get_absolute_url()}']"

    client.force_login(author)
    [way] = seen(client, f"/en{exchange.get_absolute_url()}").select(address.replace("='", "='/en"))
    assert way.get_text(strip=True) == {"author": "Put it back on the board", "asker": "See it"}[who_cancels]
    client.force_login(asker)
    assert not seen(client, exchange.get_absolute_url()).select(address)


def test_whoever_confirms_another_time_reads_their_own_and_no_day_that_was_never_set(client, pair):
    giver, receiver = pair
    exchange = exchange_in(State.ACCEPTED, author=giver, asker=receiver)
    take(exchange, "done", by=giver, minutes=60)
    client.force_login(giver)
    warning = "#step-confirm .alert--warning"

    take(exchange, "done", by=receiver, minutes=90)
    page = seen(client, f"/en{exchange.get_absolute_url()}")
    assert page.select_one(warning).get_text(strip=True) == "You had written 1 hour."
    assert len(page.select(".way__step")) == 4, "proposed, accepted, done, confirmed"
    client.force_login(receiver)
    take(exchange, "done", by=giver, minutes=90)
    assert not seen(client, exchange.get_absolute_url()).select(warning), "they agree"


def test_whoever_settles_it_is_told_that_the_other_has_not_said_a_word(client, pair):
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    take(exchange, "dispute", by=pair[1])
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    warning = "#step-settle .alert--warning"

    assert pair[0].display_name in seen(client, exchange.get_absolute_url()).select_one(warning).get_text()
    take(exchange, "reply", by=pair[0])
    assert not seen(client, exchange.get_absolute_url()).select(warning)


def test_sensitive_help_is_agreed_to_with_the_facts_at_hand(client, django_assert_max_num_queries):
    building, union = BuildingFactory(), OrganizationFactory()
    giver, receiver = tenant_of(building), tenant_of(building)
    union.add(giver, by=None)
    exchange_in(State.CONFIRMED, author=giver, asker=receiver)
    exchange = exchange_in(State.ACCEPTED, author=giver, asker=receiver, category="children")
    assert exchange.state == State.TO_APPROVE
    client.force_login(coordinator_of(building.municipality))

    client.get(exchange.get_absolute_url())
    with django_assert_max_num_queries(15):
        page = seen(client, exchange.get_absolute_url())
    known = page.select("#known > div")
    assert page.select("#step-approve .alert--warning"), "neither vouched for nor checked"
    assert [giver.display_name in known[0].get_text(), union.name in known[0].get_text()] == [True, True]
    assert [one.select("li")[-1].get_text(strip=True)[0] for one in known] == ["1", "1"]
    assert step(client, exchange, "approve").status_code == 422, "not without having read it"
    assert step(client, exchange, "approve", is_sure="on").status_code == 302
    assert client.get(exchange.get_absolute_url()).status_code == 200
    client.force_login(tenant_of(building))
    assert client.get(exchange.get_absolute_url()).status_code == 404


def test_what_waits_for_me_stands_first(client, me, pair):
    waiting = exchange_in(State.DONE, author=pair[1], asker=me)
    exchange_in(State.SCHEDULED, author=me, asker=pair[1], category="papers")

    for path in ("/aiuto/mie/", "/casa/"):
        links = [link["href"] for link in seen(client, path).select("a[href*='/aiuto/scambi/']")]
        assert links[0] == waiting.get_absolute_url()
        assert len(links) == 2


def test_my_page_asks_as_often_with_many(client, me, pair, django_assert_max_num_queries):
    exchange_in(State.SCHEDULED, author=me, asker=pair[1])
    client.force_login(anew(me))
    client.get("/aiuto/mie/")
    with django_assert_max_num_queries(15) as few:
        client.get("/aiuto/mie/")
    for _again in range(12):
        exchange_in(State.DONE, author=pair[1], asker=me)
    with django_assert_max_num_queries(len(few)):
        client.get("/aiuto/mie/")


# -- buttons and labels say what happens ---


def test_the_button_stands_below_what_it_sends(client, me, pair):
    form = seen(client, post_by(pair[1], kind="request").get_absolute_url()).select_one("#ask form")

    assert form.find_all(["input", "select", "textarea", "button"])[-1].name == "button"


def test_red_is_what_ends_or_doubts_it_and_not_another_day(client, me, pair):
    exchange = exchange_in(State.SCHEDULED, author=me, asker=pair[1])
    page = seen(client, exchange.get_absolute_url())

    red = {step["id"] for step in page.select(".aid-step:has(.button--undo)")}
    assert red == {"step-cancel"}
    assert page.select_one("#step-schedule .button")


def test_no_field_that_is_then_asked_for_says_that_it_may_be_left_out(client, me):
    page = seen(client, client.get("/aiuto/nuovo/").url)

    for name in ("day", "weekdays"):
        assert not page.select(f".aid-field--{name} .field__optional")
    assert page.select(".aid-field--title .field__optional")
