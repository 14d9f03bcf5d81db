"""Board, conversation and calendar of a neighbour, in a neighbourhood of 100 and in one of 100,000 of everything.

`build()` runs in `manage.py shell`, on the database of the server that is measured afterwards.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

from tests.harness import templates
from tests.harness.server import PortalServer

from .timing import TURNS, Asker, take_turns

FEW, MANY = 100, 100_000
NEIGHBOURS = 20
COMING = 20  # events to which the one who looks goes, however many there are
FEWER_TURNS = {"calendar": 30}  # a calendar's address answers a client so often
AT_ONCE = 2_000  # rows of one INSERT


def build(rows: int) -> None:
    """Fill an empty database with so many posts, messages and events, and print what `measured` needs, as JSON:
    name → address and number of queries."""
    from django.urls import reverse
    from django.utils import translation

    from community.conversations.models import Conversation
    from community.mutual_aid.calendar.models import CalendarLink
    from community.testing import gathering_in, post_by
    from portal.events.dispatch import drain
    from portal.testing.factories import BuildingFactory, tenant_of

    translation.activate("it")
    building = BuildingFactory()
    person = tenant_of(building, username="demo.tenant", display_name="Samira", language="it")
    neighbours = [tenant_of(building) for _ in range(NEIGHBOURS)]
    _again(post_by(neighbours[0]), rows, author=neighbours)
    first = gathering_in(building=building, organizer=neighbours[0])
    events = _again(first, rows, organizer=neighbours)
    _answers(events, person, neighbours)
    talk = Conversation.about(events[0])
    message = talk.say(by=person, client_id=uuid.uuid4(), text="Porto io il pane.")
    _messages(talk, message, rows, neighbours)
    drain()
    addresses = {
        "board": reverse("community:board"),
        "events": reverse("community:gatherings"),
        "conversations": reverse("community:conversations"),
        "a conversation": talk.get_absolute_url(),
        "calendar": reverse("community_calendar", args=[CalendarLink.renew(person)]),
    }
    print(json.dumps({name: [address, asked(person, address)] for name, address in addresses.items()}))  # noqa: T201


def _again(row, rows: int, **by) -> list:
    """So many rows like this one, each by another of those who are named for a field."""
    model, fields = type(row), [field.attname for field in row._meta.concrete_fields]
    names = {row._meta.get_field(name).attname: people for name, people in by.items()}
    told = {name: getattr(row, name) for name in fields if name != row._meta.pk.attname}
    copies = (
        model(
            **told
            | {"client_id": uuid.uuid4()}
            | {name: people[number % len(people)].pk for name, people in names.items()}
        )
        for number in range(rows)
    )
    return model.objects.bulk_create(copies, batch_size=AT_ONCE)


def _answers(events: list, person, neighbours: list) -> None:
    """One neighbour comes to each event, and the one who looks to a few; most of them are over."""
    from community.mutual_aid.gatherings.models import Answer, Gathering
    from community.mutual_aid.gatherings.words import AnswerState

    over = [event.pk for event in events[COMING * 2 :]]
    ago = timedelta(days=400)
    for start in range(0, len(over), AT_ONCE):
        chunk = Gathering.objects.filter(pk__in=over[start : start + AT_ONCE])
        chunk.update(starts_at=events[0].starts_at - ago, ends_at=events[0].ends_at - ago)
    comes = [(event, neighbours[number % NEIGHBOURS]) for number, event in enumerate(events)]
    comes += [(event, person) for event in events[:COMING]]
    Answer.objects.bulk_create(
        (Answer(gathering=event, person=who, state=AnswerState.COMING) for event, who in comes),
        batch_size=AT_ONCE,
    )


def _messages(talk, message, rows: int, neighbours: list) -> None:
    from community.conversations.models import Conversation, Message

    Message.objects.bulk_create(
        (
            Message(
                conversation=talk,
                number=number,
                version=number,
                author=neighbours[number % NEIGHBOURS],
                client_id=uuid.uuid4(),
                text="Va bene per tutti?",
                sent_at=message.sent_at,
            )
            for number in range(2, rows + 1)
        ),
        batch_size=AT_ONCE,
    )
    Conversation.objects.filter(pk=talk.pk).update(last_number=rows, version=rows)


def asked(person, address: str) -> int:
    """How many queries the page takes whoever has been there before, and proved a while ago who they are."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal.access.step_up import FRESH, STEP_UP_BY, STEP_UP_UNTIL
    from portal.testing.clients import Browser

    client = Browser(SERVER_NAME="localhost")
    client.force_login(person, backend="portal.people.backends.EmailBackend")
    session = client.session
    session.update({STEP_UP_UNTIL: int(time.time()) + FRESH, STEP_UP_BY: person.pk})
    session.save()
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return len(queries)


def measured(bare: str) -> Iterator[tuple[str, str]]:
    """A line for each page; both portals and the bare view take turns, so that all meet the same machine."""
    with ExitStack() as stack:
        askers: dict[int, dict[str, Asker]] = {}
        counts: dict[int, dict[str, int]] = {}
        for rows in (FEW, MANY):
            server = PortalServer(stack.enter_context(templates.copied("empty")))
            began = time.monotonic()
            told = json.loads(server.python(f"from bench.neighbourhood import build; build({rows})"))
            print(f"  … {rows:,} rows are there after {time.monotonic() - began:.0f} s", file=sys.stderr)
            stack.callback(server.stop)
            server.start()
            session = server.sign_in("tenant")
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
            counts[rows] = {name: asked for name, (_address, asked) in told.items()}
            askers[rows] = {
                name: Asker(f"{server.url}{address}", cookies=cookies)
                for name, (address, _asked) in told.items()
            }
        for name in counts[FEW]:
            few, many = askers[FEW][name], askers[MANY][name]
            bare_page = Asker(f"{bare}/{many.size}/")
            ours, larger, theirs = take_turns(few, many, bare_page, turns=FEWER_TURNS.get(name, TURNS))
            asked, more = counts[FEW][name], counts[MANY][name]
            alike = f"{asked} queries" if asked == more else f"{asked} queries and {more}: NOT the same"
            yield (
                name,
                f"{ours.median / theirs.median:.1f} × bare with {FEW}, "
                f"{larger.median / theirs.median:.1f} × with {MANY:,}; {alike}",
            )
