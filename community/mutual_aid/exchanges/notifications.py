"""Who is told of a fact, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.mutual_aid.menus import answers, belongs
from community.safety.areas import caseworkers, who_answers_for
from portal.extensions import NotificationKind

from .appointing import news_of
from .matching import people_met_by


def _author(event) -> list:
    return [event.target.author]


def _met(event) -> list:
    return people_met_by(event.target)


def _both(event) -> list:
    return [event.target.giver, event.target.receiver]


def _who_confirms(event) -> list:
    exchange = event.target
    return [exchange.receiver if exchange.stated_side == "giver" else exchange.giver]


def _who_has_not_spoken(event) -> list:
    exchange = event.target
    return [exchange.receiver if exchange.reason_side == "giver" else exchange.giver]


def _stewards(event) -> Iterable:
    """Whoever is a party decides nothing here."""
    exchange = event.target
    return who_answers_for(exchange.municipality_id, but=exchange.parties())


def _agency_and_stewards(event) -> Iterable:
    """Who settles it from now on, and who let it lie: these see that it was taken on."""
    return [*caseworkers(but=event.target.parties()), *_stewards(event)]


# By key: what it is called where people choose how they hear of it, and to whom it is offered.
_SUBJECTS: dict[str, tuple[str | Promise, Callable[[Any], bool]]] = {
    "exchanges": (_("Your exchanges with neighbours"), belongs),
    "posts": (_("Your offers and requests"), belongs),
    "matches": (_("What neighbours offer and ask for, and fits you"), belongs),
    "care": (_("Exchanges to agree to or to settle"), answers),
}


def _notification(
    kind: str,
    title: str | Promise | Callable[[Any, Any], str],
    *recipients: Callable[[Any], Iterable],
    icon: str,
    about: str = "exchanges",
    urgent: bool = False,
) -> NotificationKind:
    """`title` names the kind of help, and a day if need be: what people wrote stays on the page. A function is given
    the fact and that kind. Who may not see it is not told."""

    def whom(event) -> list:
        if event.target is None:
            return []
        right = "community.view_post" if kind.startswith("post.") else "community.view_exchange"
        people = {person.pk: person for ask in recipients for person in ask(event) if person}
        return [
            person
            for pk, person in people.items()
            if pk != event.actor_id and person.is_active and person.has_perm(right, event.target)
        ]

    def words(event) -> str:
        what = event.target.get_category_display()
        return title(event, what) if callable(title) else str(title) % {"what": what}

    return NotificationKind(
        key=f"community.{kind}",
        recipients=whom,
        title=words,
        url=_address,
        icon=icon,
        urgent=urgent,
        group=f"community.{about}",
        label=_SUBJECTS[about][0],
        concerns=_SUBJECTS[about][1],
        order=60,
    )


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    _notification(
        "post.published",
        _("New on the board, and fits you: %(what)s"),
        _met,
        icon="sparkles",
        about="matches",
    ),
    _notification(
        "post.stand_in_wanted",
        _("Somebody is looked for quickly: %(what)s"),
        _met,
        icon="search",
        about="matches",
        urgent=True,
    ),
    _notification(
        "post.runs_out",
        _("Soon off the board: %(what)s. Is it still right? Renew it with one tap"),
        _author,
        icon="hourglass",
        about="posts",
    ),
    _notification(
        "post.expired", _("No longer on the board: %(what)s"), _author, icon="hourglass", about="posts"
    ),
    _notification(
        "post.taken_back", _("Taken off the board: %(what)s"), _author, icon="undo-2", about="posts"
    ),
    _notification("exchange.proposed", _("Somebody answers you: %(what)s"), _both, icon="send"),
    _notification("exchange.accepted", _("A yes for you: %(what)s"), _both, icon="handshake"),
    _notification(
        "exchange.awaits_approval",
        _("To be agreed to: %(what)s"),
        _stewards,
        icon="shield-check",
        about="care",
    ),
    _notification("exchange.approved", _("The coordinator agrees: %(what)s"), _both, icon="shield-check"),
    _notification("exchange.refused", _("The coordinator does not agree: %(what)s"), _both, icon="x"),
    _notification("exchange.declined", _("Not possible this time: %(what)s"), _both, icon="x"),
    _notification("exchange.withdrawn", _("You need not answer any more: %(what)s"), _both, icon="undo-2"),
    _notification("exchange.lapsed", _("Closed, because nobody answered: %(what)s"), _both, icon="hourglass"),
    _notification("exchange.scheduled", news_of, _both, icon="calendar-clock"),
    _notification("exchange.skipped", news_of, _both, icon="skip-forward"),
    _notification("exchange.done", _("Please confirm the hours: %(what)s"), _both, icon="check"),
    _notification("exchange.undone", _("Not done yet after all: %(what)s"), _both, icon="undo-2"),
    _notification(
        "exchange.confirm_wanted",
        _("The hours wait for your yes: %(what)s"),
        _who_confirms,
        icon="bell",
    ),
    _notification("exchange.outcome_wanted", _("Did it happen? %(what)s"), _both, icon="bell"),
    _notification("exchange.day_wanted", _("On which day? %(what)s"), _both, icon="bell"),
    _notification(
        "exchange.closed",
        _("Ended without being confirmed, no hours count: %(what)s"),
        _both,
        icon="hourglass",
    ),
    _notification("exchange.ended", _("It does not take place: %(what)s"), _both, icon="x"),
    _notification("exchange.confirmed", _("Hours confirmed by both: %(what)s"), _both, icon="circle-check"),
    _notification(
        "exchange.disputed",
        _("Two do not agree about hours: %(what)s"),
        _stewards,
        icon="scale",
        about="care",
    ),
    _notification(
        "exchange.reply_wanted", _("Say how you see it: %(what)s"), _who_has_not_spoken, icon="scale"
    ),
    _notification(
        "exchange.settlement_wanted",
        _("Two do not agree about hours: %(what)s"),
        _stewards,
        icon="bell",
        about="care",
    ),
    _notification(
        "exchange.passed_on",
        _("Not settled in time, the agency looks at it now: %(what)s"),
        _agency_and_stewards,
        icon="forward",
        about="care",
    ),
    _notification("exchange.settled", _("It was settled, see why: %(what)s"), _both, icon="scale"),
    _notification("exchange.thanked", _("A thank-you for you: %(what)s"), _both, icon="heart"),
    _notification("exchange.thanked_back", _("A thank-you for you: %(what)s"), _both, icon="heart"),
    _notification("exchange.cancelled", _("Called off: %(what)s"), _both, icon="x"),
    _notification(
        "exchange.cancelled_late",
        _("Called off at the last moment: %(what)s"),
        _both,
        icon="triangle-alert",
        urgent=True,
    ),
)
