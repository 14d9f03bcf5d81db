"""Who is told that there is something new. No title says of what: whoever looks over a shoulder learns nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.extensions import NotificationKind

from .glass import MAY_BREAK, BrokenGlass
from .meetings import Meeting
from .models import Case
from .rooms import Room, RoomMark, Word
from .words import MEDIATES, OPEN


def _people(rows: Any) -> list[Any]:
    """Whose rows they are: of parties, or of mediators. Whoever was erased is told nothing."""
    return [row.person for row in rows.select_related("person") if row.person is not None]


def _parties(event: Any) -> Iterable[Any]:
    """Those who are in it, and those who are invited."""
    return _people(event.target.parties.present()) if event.target else []


def _mediators(event: Any) -> Iterable[Any]:
    return _people(event.target.mediators.assigned()) if event.target else []


def _mediators_who_go_on(event: Any) -> Iterable[Any]:
    """Not where it ended with that: then they are told that it is closed."""
    case = event.target
    return _mediators(event) if case and case.state in OPEN else []


def _everybody(event: Any) -> Iterable[Any]:
    return [*_parties(event), *_mediators(event)]


def _who_asked(event: Any) -> Iterable[Any]:
    return _people(event.target.parties.in_it().asking()) if event.target else []


def _coordinators(event: Any) -> Iterable[Any]:
    """Whoever coordinates the mediators, but for those who are in it: to prepare it, or to find another mediator."""
    from django.contrib.auth import get_user_model

    if event.target is None:
        return []
    people = get_user_model().objects.with_role("community.mediation_coordinator")
    return [person for person in people if person.has_perm("community.find_mediator_for_case", event.target)]


def _who_is_asked_about_a_mediator(event: Any) -> Iterable[Any]:
    """Those whose yes to a mediator is missing. Whoever is only invited says it with their answer."""
    return _people(event.target.parties.in_it()) if event.target else []


def _who_is_proposed(event: Any) -> Iterable[Any]:
    case = event.target
    return _people(case.mediators.proposed().filter(pk=event.data.get("mediator"))) if case else []


def _who_prepared(event: Any) -> Iterable[Any]:
    """Whoever coordinates the mediators, and those who were still proposed when it was closed."""
    from django.contrib.auth import get_user_model

    case = event.target
    if case is None:
        return []
    people = get_user_model().objects.with_role("community.mediation_coordinator")
    ones_case = Case.objects.filter(pk=case.pk)
    proposed = _people(case.mediators.filter(pk__in=event.data.get("offers", ())))
    return [
        *(person for person in people if ones_case.coordinated_by(person).exists()),
        *(person for person in proposed if person.has_role(MEDIATES)),
    ]


def _those_in_the_room(event: Any) -> Iterable[Any]:
    room = Room.objects.filter(pk=event.data.get("room")).select_related("case").first()
    return room.people() if room else []


def _those_with_nothing_older_to_read(event: Any) -> Iterable[Any]:
    """One word of news is enough until somebody has read it."""
    people = _those_in_the_room(event)
    if not people:
        return []
    words, before = Word.objects.filter(room=event.data["room"]), event.data["number"] - 1
    # A mediator may have come when much had been said: for who has read nothing yet news begins there.
    came = event.target.mediators.assigned().values_list("person", "assigned_at")
    read = {person: words.filter(said_at__lt=moment).count() for person, moment in came}
    read.update(RoomMark.objects.filter(room=event.data["room"]).values_list("person", "number"))
    return [person for person in people if read.get(person.pk, 0) >= before]


def _has_still_to_read(event: Any, person: Any) -> bool:
    if not _tells_in_the_room(event, person):
        return False
    mark = RoomMark.objects.filter(room=event.data["room"], person=person, number__gte=event.data["number"])
    return not mark.exists()


def _tells_in_the_room(event: Any, person: Any) -> bool:
    return Room.objects.visible_to(person).filter(pk=event.data.get("room")).exists()


def _word(event: Any) -> Word | None:
    """The word that a fact is about."""
    words = Word.objects.filter(room=event.data.get("room"), number=event.data.get("number"))
    return words.select_related("author").first()


def _author(event: Any) -> Iterable[Any]:
    """Whose word was asked for."""
    word = _word(event)
    return [word.author] if word and word.author else []


def _reminded(event: Any) -> Iterable[Any]:
    case = event.target
    return _people(case.parties.waiting().filter(pk=event.data.get("party"))) if case else []


def _everybody_ever(event: Any) -> Iterable[Any]:
    """Whose words may be read now: those who have stopped since, too, and whoever mediated before."""
    case = event.target
    if case is None:
        return []
    return [*_people(case.parties.knowing()), *_people(case.mediators.ever_assigned())]


def _who_may_agree(event: Any) -> Iterable[Any]:
    """A second person, as long as the question waits."""
    from django.contrib.auth import get_user_model

    glass = BrokenGlass.objects.waiting().filter(pk=event.data.get("glass")).select_related("case").first()
    if glass is None:
        return []
    people = get_user_model().objects.with_role(*MAY_BREAK).exclude(pk=glass.asked_by_id)
    return [person for person in people if person.has_perm("community.break_glass", glass.case)]


def _who_asked_to_read(event: Any) -> Iterable[Any]:
    """They have an hour from now on."""
    glass = BrokenGlass.objects.filter(pk=event.data.get("glass")).select_related("asked_by").first()
    return [glass.asked_by] if glass else []


def _title(event: Any) -> str:
    return str(_("There is something new for you"))


def _case(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


def _intake(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:mediation_intake", args=[event.object_id])


def _offer(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:mediation_offer", args=[event.object_id])


def _day(event: Any) -> str:
    """What those who mediate, and those who coordinate them, have before them."""
    with override(settings.LANGUAGE_CODE):
        return reverse("community:mediation_day")


def _of(event: Any, name: str, address: Callable[[str], str]) -> str:
    """The address of what a fact names; once the case is destroyed it names nothing, and the case is missing itself."""
    key = event.data.get(name)
    return event.target.get_absolute_url() if key is None else address(key)


def _room(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return _of(event, "room", lambda key: Room(pk=key).get_absolute_url())


def _meeting(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return _of(event, "meeting", lambda key: Meeting(pk=key).get_absolute_url())


def _question(event: Any) -> str:
    """Where its author answers whether a word may be said to all."""
    with override(settings.LANGUAGE_CODE):
        word = _word(event)
        return reverse("community:mediation_carry", args=[word.pk]) if word else _room(event)


def _glass(event: Any) -> str:
    """Also for those who are in the case no more: its own page is closed to them."""
    with override(settings.LANGUAGE_CODE):
        return _of(event, "glass", lambda key: reverse("community:mediation_glass_told", args=[key]))


def _glasses(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:mediation_glasses")


def _told(name: str, recipients: Any, url: Any = _case, **more: Any) -> NotificationKind:
    return NotificationKind(
        key=f"community.mediation.{name}",
        recipients=recipients,
        title=_title,
        url=url,
        icon="bell",
        group="community.mediation",
        # A choice that everybody has: whose it is would say who is in a case.
        label=_("What is confidential"),
        order=47,
        **more,
    )


NOTIFICATIONS = (
    _told("asked", _coordinators, _intake),
    _told("taken_up", _who_asked),
    _told("mediator_proposed", _who_is_asked_about_a_mediator),
    _told("mediator_asked", _who_is_proposed, _offer),
    _told("mediator_accepted", _coordinators, _intake),
    _told("mediator_refused", _coordinators, _intake),
    _told("mediator_released", _coordinators, _intake),
    _told("mediator_gone", _parties),
    _told("mediator_alone", _everybody),
    _told("mediator_assigned", _everybody),
    _told("invitation_worded", _who_asked),
    _told("invitation_objected", _coordinators, _intake),
    _told("invitation_agreed", _coordinators, _intake),
    _told("invited", _parties),
    _told("recalled", _who_asked),
    _told("reminded", _reminded),
    _told("left", _mediators_who_go_on),
    _told("agreed", _everybody),
    _told("begun", _parties),
    _told("said", _those_with_nothing_older_to_read, _room, tells=_has_still_to_read),
    _told("carrying_asked", _author, _question, tells=_tells_in_the_room),
    _told("meeting_proposed", _those_in_the_room, _meeting, tells=_tells_in_the_room),
    _told("meeting_fixed", _those_in_the_room, _meeting, tells=_tells_in_the_room),
    _told("meeting_cancelled", _those_in_the_room, _meeting, tells=_tells_in_the_room),
    _told("meeting_near", _those_in_the_room, _meeting, tells=_tells_in_the_room),
    _told("entry_shared", _those_in_the_room, _room, tells=_tells_in_the_room),
    _told("tabled", _parties),
    _told("version_accepted", _mediators),
    _told("taken_back", _everybody),
    _told("settled", _everybody),
    _told("follow_up_asked", _parties),
    _told("follow_up_answered", _mediators),
    _told("reopened", _everybody),
    _told("closed", _everybody),
    _told("preparing_ended", _who_prepared, _day),
    _told("glass_asked", _everybody_ever, _glass),
    _told("glass_waits", _who_may_agree, _glasses),
    _told("glass_opened", _who_asked_to_read, _glasses),
    _told("glass_broken", _everybody_ever, _glass),
)
