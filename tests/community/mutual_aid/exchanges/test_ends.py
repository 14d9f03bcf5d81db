"""How an exchange ends that does not go well: too early, by mistake, forgotten, kept apart, disputed."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from community.mutual_aid.exchanges import events, privacy, schedules, workflow
from community.mutual_aid.exchanges.matching import people_met_by
from community.mutual_aid.exchanges.models import Exchange, Post
from community.mutual_aid.exchanges.statements import what_was_said
from community.mutual_aid.exchanges.ways_on import ways_on
from community.mutual_aid.exchanges.words import PostState, State
from community.safety.models import Block, ParentalApproval, Steward
from community.testing import anew, begin, exchange_in, minor_of, post_by, take, two_neighbours
from portal.events import history_of
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of
from tests.community.mutual_aid.hours import balance_of
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return two_neighbours()


def told(person) -> list[str]:
    """The kinds of what stands in somebody's inbox besides the ordinary steps, newest first."""
    notifications = apps.get_model("portal", "Notification").objects.filter(person=person, channel="inbox")
    kinds = notifications.order_by("-pk").values_list("event__kind", flat=True)
    ordinary = ("proposed", "accepted", "scheduled", "done", "confirmed")
    return [kind.split(".")[-1] for kind in kinds if not kind.endswith(ordinary)]


def long_after(exchange, **since) -> None:
    """So much time has passed since it came where it is, and since what was agreed on."""
    moment = timezone.now() - timedelta(**since)
    Exchange.objects.filter(pk=exchange.pk).update(state_since=moment)
    Exchange.objects.filter(pk=exchange.pk).exclude(starts_at=None).update(starts_at=moment)


# -- too early, and by mistake ---


def test_nobody_calls_done_what_has_not_begun_and_a_sentence_says_from_when_on(client, pair):
    exchange = exchange_in(State.SCHEDULED, author=pair[0], asker=pair[1])
    with pytest.raises(workflow.TooEarly), translation.override("en"):
        exchange.done(by=pair[0], minutes=60)
    assert "done" not in [step.verb for step in exchange.steps_for(pair[0])]
    client.force_login(pair[0])
    told_from_when = f"{timezone.localtime(exchange.starts_at):%H:%M}"
    assert told_from_when in seen(client, exchange.get_absolute_url()).select_one("#exchange-steps").text
    answer = client.post(f"{exchange.get_absolute_url()}done/", {"seen": exchange.version, "minutes": "60"})
    assert (answer.status_code, Exchange.objects.get().state) == (409, State.SCHEDULED)

    begin(exchange)
    exchange.refresh_from_db()
    assert "done" in [step.verb for step in exchange.steps_for(pair[0])]
    exchange.done(by=pair[0], minutes=60)


@pytest.mark.parametrize("before", [State.SCHEDULED, State.ACCEPTED])
def test_whoever_pressed_done_by_mistake_takes_it_back(pair, before):
    author, asker = pair
    exchange = exchange_in(before, author=author, asker=asker)
    take(exchange, "done", by=author)
    with pytest.raises(PermissionDenied):
        take(exchange, "undo", by=asker)
    seen_ = exchange.version
    take(exchange, "undo", by=author, seen=seen_)
    take(exchange, "undo", by=author, seen=seen_)  # the phone sends it again

    assert (exchange.state, exchange.stated_minutes) == (before, None)
    take(exchange, "done", by=asker)
    take(exchange, "confirm", by=author)
    assert [event.kind for event in history_of(exchange)].count("community.exchange.undone") == 1
    assert abs(balance_of(author)) == 60
    with pytest.raises(workflow.NotNow):
        take(exchange, "undo", by=asker)


def test_a_confirmation_and_an_undoing_from_the_same_page_cannot_both_be(pair):
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    drawn = exchange.version
    take(exchange, "confirm", by=pair[1], seen=drawn)

    with pytest.raises(workflow.Overtaken):
        take(exchange, "undo", by=pair[0], seen=drawn)
    assert balance_of(pair[0]) == 60


# -- forgotten ---


def test_who_has_to_confirm_is_reminded_twice_and_then_no_hours_move(pair, committing):
    author, asker = pair
    exchange = exchange_in(State.DONE, author=author, asker=asker)
    for days in (0, 2, 2, 4, 5, 6):
        with committing():
            long_after(exchange, days=days)
            schedules.ask_again()
            schedules.close_left_alone()
    assert (told(asker), told(author)) == (["confirm_wanted", "confirm_wanted"], [])

    with committing():
        long_after(exchange, days=15)
        schedules.close_left_alone()
        schedules.close_left_alone()
    exchange.refresh_from_db()
    assert (exchange.state, exchange.booked_minutes, balance_of(author)) == (State.UNCONFIRMED, None, 0)
    assert told(asker)[0] == told(author)[0] == "closed"
    assert exchange.may("dispute", author), "whoever did help asks the coordinator"


def test_both_are_asked_whether_it_happened_and_then_it_ends(pair, committing):
    author, asker = pair
    exchange = exchange_in(State.SCHEDULED, author=author, asker=asker, kind="request")
    schedules.ask_again()
    with committing():
        long_after(exchange, days=2)
        schedules.ask_again()
        schedules.close_left_alone()
    assert told(author) == told(asker) == ["outcome_wanted"]

    long_after(exchange, days=15)
    schedules.close_left_alone()
    exchange.refresh_from_db()
    assert (exchange.state, Post.objects.get().state) == (State.UNCONFIRMED, PostState.PAUSED)


def test_a_yes_without_a_day_is_asked_for_the_day(pair, committing):
    exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1])
    with committing():
        long_after(exchange, days=15)
        schedules.ask_again()
        schedules.close_left_alone()
    assert told(pair[0]) == ["day_wanted"]
    exchange.refresh_from_db()
    assert exchange.state == State.ACCEPTED


def test_what_staff_does_not_answer_does_not_wait_for_ever(pair):
    exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], category="keys", kind="request")
    long_after(exchange, days=15)
    schedules.close_unanswered()

    exchange.refresh_from_db()
    assert (exchange.state, Post.objects.get().state) == (State.LAPSED, PostState.PAUSED)


@pytest.mark.parametrize("verb", ["confirm", "cancel"])
def test_the_place_is_forgotten_a_week_after_it_is_over(pair, verb):
    exchange = exchange_in(State.SCHEDULED, author=pair[0], asker=pair[1])
    if verb == "confirm":
        take(exchange, "done", by=pair[0])
    take(exchange, verb, by=pair[1])
    going_on = exchange_in(State.SCHEDULED, author=pair[0], asker=pair[1])
    schedules.forget_places()
    exchange.refresh_from_db()
    assert exchange.place == "Cortile"
    for one in (exchange, going_on):
        long_after(one, days=8)
    schedules.forget_places()

    exchange.refresh_from_db()
    going_on.refresh_from_db()
    assert (exchange.place, going_on.place) == ("", "Cortile")


# -- kept apart ---


@pytest.mark.parametrize("state", [State.PROPOSED, State.SCHEDULED])
def test_a_block_ends_what_is_ahead_and_says_nothing_of_itself(pair, committing, state):
    author, asker = pair
    exchange = exchange_in(state, author=author, asker=asker)
    with committing():
        Block.put_up(by=asker, against=author)

    exchange.refresh_from_db()
    assert exchange.state == State.CANCELLED
    assert told(author) == told(asker) == ["ended"]
    assert history_of(exchange).last().actor is None


def test_a_block_stops_what_comes_round_and_what_was_done_is_still_confirmed(pair):
    author, asker = pair
    post = post_by(author, when="weekly", weekdays=0b10, part_of_day="afternoon")
    exchange = Exchange.propose(post, by=asker, client_id=uuid.uuid4())
    exchange.accept(by=author)
    take(exchange, "done", by=author)
    Block.put_up(by=author, against=asker)
    take(exchange, "confirm", by=asker)

    assert (balance_of(author), Exchange.objects.count()) == (60, 1)
    post.refresh_from_db()
    assert post.state == PostState.PAUSED


def test_a_stand_in_is_not_looked_for_among_those_who_are_kept_apart(pair):
    author, third = pair
    post_by(third)
    request = post_by(author, kind="request")
    assert people_met_by(request) == [third]
    Block.put_up(by=third, against=author)

    assert people_met_by(Post.objects.get(pk=request.pk)) == []


def test_with_a_parents_word_withdrawn_what_a_minor_published_leaves_the_board(committing):
    building = BuildingFactory()
    parent, other = tenant_of(building), tenant_of(building)
    child = minor_of(parent)
    ParentalApproval.give(child, by=parent)
    post = post_by(anew(child))
    exchange = exchange_in(State.SCHEDULED, author=anew(child), asker=other)
    with committing():
        ParentalApproval.withdraw(child, by=parent)

    post.refresh_from_db()
    exchange.refresh_from_db()
    assert (post.state, exchange.state) == (PostState.PAUSED, State.CANCELLED)
    with pytest.raises(PermissionDenied):
        post.resume(by=anew(child))
    ParentalApproval.give(child, by=parent)
    post.resume(by=anew(child))
    assert post.is_open


# -- disputed ---


def test_both_say_how_they_see_it_and_both_read_why_it_is_settled_so(client, pair, committing):
    author, asker = pair
    elena = UserFactory(roles=["portal.caseworker"])
    exchange = exchange_in(State.DONE, author=author, asker=asker)
    with committing():
        take(exchange, "dispute", by=asker, reason="Era mezz'ora.")
    assert told(author) == ["reply_wanted"]
    assert not exchange.may("reply", asker)
    take(exchange, "reply", by=author, answer="Un'ora, con le scale.")
    assert not exchange.may("reply", author)
    client.force_login(elena)
    page = seen(client, exchange.get_absolute_url()).select_one("#exchange").text
    assert "Era mezz'ora." in page
    assert "Un'ora, con le scale." in page
    with pytest.raises(workflow.ReasonMissing):
        take(exchange, "settle", by=elena, decision="  ")
    take(exchange, "settle", by=elena, minutes=0, decision="Non avete fatto l'ora insieme.")

    for person in pair:
        assert [said.text for said in what_was_said(exchange, person)][-1] == "Non avete fatto l'ora insieme."
    assert (balance_of(author), exchange.booked_minutes) == (0, 0)


# -- what next ---


def test_a_no_is_no_dead_end(client, pair):
    author, asker = pair
    other = post_by(tenant_of(post_by(author).building))
    exchange = exchange_in(State.DECLINED, author=author, asker=asker)

    ways = ways_on(exchange, anew(asker))
    assert other in ways.posts
    assert (ways.again, ways.own) == (exchange.post, "request")
    assert ways_on(exchange, anew(author)) is None
    client.force_login(asker)
    page = seen(client, exchange.get_absolute_url()).select_one("#ways-on")
    assert page.select(f"[href='{other.get_absolute_url()}']")
    assert page.select(f"[href='{exchange.post.get_absolute_url()}#ask']")
    assert page.select("[href='/aiuto/nuovo/?kind=request&category=homework']")


# -- in the reader's language ---


def test_what_has_no_title_is_called_in_the_readers_language(pair):
    with translation.override("ar"):
        exchange = exchange_in(State.PROPOSED, author=pair[0], asker=pair[1])

    with translation.override("en"):
        assert str(Exchange.objects.get(pk=exchange.pk)) == "Homework"


def test_its_history_calls_neighbours_by_their_first_names(client):
    building = BuildingFactory()
    samira, marco = (tenant_of(building, display_name=name) for name in ("Samira Haddad", "Marco Bellini"))
    exchange = exchange_in(State.ACCEPTED, author=samira, asker=marco)
    client.force_login(marco)

    history = seen(client, exchange.get_absolute_url()).select_one("#exchange-history").text
    assert "Samira" in history
    assert "Haddad" not in history


@pytest.mark.parametrize(("kind", "title"), [("offer", "do not need"), ("request", "cannot help")])
def test_who_takes_a_question_back_says_what_is_true_of_them(client, pair, kind, title):
    exchange = exchange_in(State.PROPOSED, author=pair[0], asker=pair[1], kind=kind)
    client.force_login(pair[1])

    page = client.get(exchange.get_absolute_url(), headers={"accept-language": "en"})
    form = next(form for form in page.context["now"]()["forms"] if form.step.verb == "withdraw")
    with translation.override("en"):
        assert title in str(form.title)


def test_whoever_was_left_reads_that_somebody_is_looked_for_only_where_that_is_so(client, pair):
    author, asker = pair
    for kind, expected in (("request", "/aiuto/annunci/"), ("offer", "/aiuto/nuovo/")):
        start = timezone.now() + timedelta(hours=3)
        post = post_by(author, kind=kind)
        exchange = Exchange.propose(post, by=asker, client_id=uuid.uuid4(), starts_at=start)
        exchange.accept(by=author)
        giver, receiver = exchange.giver, exchange.receiver
        take(exchange, "cancel", by=giver)
        client.force_login(receiver)
        link = seen(client, exchange.get_absolute_url()).select_one("#exchange .alert--warning a")
        assert link["href"].startswith(expected)


def test_renewing_is_offered_when_it_is_about_to_run_out(client, pair):
    post = post_by(pair[0])
    client.force_login(pair[0])
    renew = f"form[action='{post.get_absolute_url()}renew/']"
    assert not seen(client, post.get_absolute_url()).select(renew)
    Post.objects.update(expires_on=timezone.localdate() + timedelta(days=5))

    assert seen(client, post.get_absolute_url()).select(renew)


# -- what nothing must be forgotten of ---


def test_a_dispute_that_the_phone_sends_twice_is_one(pair):
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    drawn = exchange.version
    take(exchange, "dispute", by=pair[1], reason="Era mezz'ora.", seen=drawn)
    take(exchange, "dispute", by=pair[1], reason="Era mezz'ora.", seen=drawn)

    assert [event.kind for event in history_of(exchange)].count("community.exchange.disputed") == 1


@pytest.mark.parametrize("fact", ["undone", "closed", "ended"])
def test_the_conversation_notes_what_ends_it_too(fact):
    declared = {kind.key for kind in events.KINDS}
    assert f"community.exchange.{fact}" in Exchange.facts_in_conversation & declared


def weekly_done(pair) -> Exchange:
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    Exchange.objects.filter(pk=exchange.pk).update(is_weekly=True)
    Post.objects.filter(pk=exchange.post_id).update(state=PostState.FOUND, when="weekly")
    return anew(exchange)


def test_what_came_round_and_ends_without_a_word_lets_its_post_rest(pair):
    exchange = weekly_done(pair)
    exchange.close()

    assert Post.objects.get().state == PostState.PAUSED


@pytest.mark.parametrize("minutes", [0, 60])
def test_what_came_round_and_is_settled_lets_its_post_rest(pair, minutes):
    exchange = weekly_done(pair)
    take(exchange, "dispute", by=pair[1], reason="Era mezz'ora.")
    elena = UserFactory(roles=["portal.caseworker"])
    take(exchange, "settle", by=elena, minutes=minutes, decision="Ho chiesto a entrambi.")

    assert Post.objects.get().state == PostState.PAUSED


def test_what_was_disputed_after_the_next_week_was_agreed_on_still_comes_round(pair):
    exchange = weekly_done(pair)
    take(exchange, "confirm", by=pair[1])
    take(exchange, "dispute", by=pair[1], reason="Era mezz'ora.")
    elena = UserFactory(roles=["portal.caseworker"])
    take(exchange, "settle", by=elena, minutes=30, decision="Ho chiesto a entrambi.")

    assert Post.objects.get().state == PostState.FOUND


def test_whoever_settles_is_reminded_twice_and_nothing_ends_by_itself(pair, committing):
    exchange = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    elena = UserFactory(roles=["portal.caseworker"])
    take(exchange, "dispute", by=pair[1], reason="Era mezz'ora.")
    for days in (0, 2, 2, 4, 5, 15):
        with committing():
            long_after(exchange, days=days)
            schedules.ask_again()
            schedules.close_left_alone()

    assert told(elena).count("settlement_wanted") == 2
    assert "settlement_wanted" not in told(pair[0]) + told(pair[1])
    assert anew(exchange).state == State.DISPUTED


def test_what_was_booked_counts_while_it_is_disputed(pair):
    exchange = exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1])
    doubted = exchange_in(State.DONE, author=pair[0], asker=pair[1])
    for one in (exchange, doubted):
        take(one, "dispute", by=pair[1], reason="Era mezz'ora.")

    counted = Exchange.objects.confirmed()
    assert [(one.pk, one.booked_minutes) for one in counted] == [(exchange.pk, 60)]


@pytest.mark.parametrize(("who", "led_on"), [("author", True), ("asker", False)])
def test_whoever_called_it_off_is_not_led_to_ask_again(pair, who, led_on):
    author, asker = pair
    exchange = exchange_in(State.SCHEDULED, author=author, asker=asker)
    take(exchange, "cancel", by={"author": author, "asker": asker}[who], reason="Sono via.")

    assert (ways_on(exchange, anew(asker)) is not None) == led_on


# -- what the coordinators let lie ---


@pytest.fixture
def stewards(pair):
    """The coordinator of the organization that answers for the pair's area, and a caseworker of the agency."""
    union, coordinator = OrganizationFactory(), UserFactory()
    union.add(coordinator, by=None, is_coordinator=True)
    municipality = (
        pair[0].household_memberships.get().household.tenancies.get().dwelling.building.municipality
    )
    Steward.objects.create(municipality=municipality, organization=union)
    return anew(coordinator), UserFactory(roles=["portal.caseworker"])


def days_go_by(exchange, *days) -> None:
    for day in days:
        long_after(exchange, days=day)
        schedules.ask_again()
        schedules.pass_on()


def test_a_dispute_that_the_coordinators_let_lie_goes_to_the_agency(client, pair, stewards, committing):
    coordinator, caseworker = stewards
    exchange = exchange_in(State.DISPUTED, author=pair[0], asker=pair[1])
    with committing():
        days_go_by(exchange, 2, 4, 5, 6)
    assert (told(coordinator)[:2], told(caseworker)) == (["settlement_wanted", "settlement_wanted"], [])

    with committing():
        days_go_by(exchange, 8, 8, 20)
    assert (told(coordinator)[0], told(caseworker)) == ("passed_on", ["passed_on"])
    assert told(coordinator).count("passed_on") == 1
    for person, page in ((caseworker, "/en/casa/oggi/"), (coordinator, "/en/aiuto/cura/")):
        client.force_login(person)
        assert "with the agency now" in seen(client, page).text

    take(exchange, "settle", by=caseworker, minutes=30)
    assert (exchange.state, exchange.is_passed_on, balance_of(pair[0])) == (State.SETTLED, False, 30)


def test_what_the_agency_answers_for_anyhow_is_passed_on_to_nobody(pair, committing):
    caseworker = UserFactory(roles=["portal.caseworker"])
    exchange = exchange_in(State.DISPUTED, author=pair[0], asker=pair[1])
    with committing():
        days_go_by(exchange, 2, 4, 8, 9)
    assert told(caseworker) == ["settlement_wanted", "settlement_wanted", "disputed"]


def test_whoever_takes_part_settles_nothing_and_waits_for_nothing(pair, stewards, committing):
    """Also not through an organization that is one of the two: then the agency hears of it at once."""
    coordinator, caseworker = stewards
    pair[1].give_role("portal.caseworker", by=None)
    with committing():
        exchange = exchange_in(State.DISPUTED, author=pair[0], asker=pair[1])
    Exchange.objects.update(giver_organization=Steward.objects.get().organization)
    exchange.refresh_from_db()
    with committing():
        days_go_by(exchange, 2, 4, 8)
    assert [kind for kind in told(caseworker) if kind == "settlement_wanted"] == ["settlement_wanted"] * 2
    assert "settlement_wanted" not in told(coordinator) + told(pair[1])

    for person in (*pair, coordinator, caseworker, UserFactory(roles=["portal.caseworker"], is_active=False)):
        person = anew(person)
        waits = Exchange.objects.waiting_for_steward(person).exists()
        assert waits == exchange.may("settle", person) == (person == caseworker)


def test_words_written_for_an_organization_are_their_authors_and_a_decision_stands_without_its_author(
    pair, stewards
):
    """Of the colleagues only whoever wrote them is concerned."""
    coordinator, caseworker = stewards
    colleague, exchange = UserFactory(), exchange_in(State.DONE, author=pair[0], asker=pair[1])
    union = Steward.objects.get().organization
    union.add(colleague, by=None, is_coordinator=True)
    Exchange.objects.update(receiver_organization=union)
    exchange.refresh_from_db()
    take(exchange, "dispute", by=anew(coordinator), reason="Siamo rimasti un'ora.")
    take(exchange, "settle", by=caseworker, minutes=30, decision="Vale mezz'ora.")

    def copied(person):
        return [(row.get("reason"), row.get("decision")) for row in privacy.export_exchanges(person)]

    assert copied(coordinator) == [("Siamo rimasti un'ora.", None)]
    assert (copied(colleague), copied(caseworker)) == ([], [(None, "Vale mezz'ora.")])
    assert [privacy.erase_exchanges(person) for person in (colleague, caseworker)] == [0, 0]
    privacy.erase_exchanges(coordinator)
    exchange.refresh_from_db()
    assert (exchange.reason, exchange.decision, exchange.receiver) == ("", "Vale mezz'ora.", pair[1])
