"""Who is told of what happens to a gathering. The line names it and its day: never who comes and who does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.mutual_aid.menus import belongs
from community.mutual_aid.presence import witnesses
from portal.extensions import NotificationKind
from portal.ui.days import short_day


def _who_comes(event) -> Iterable:
    answers = event.target.answers.open()
    return get_user_model().objects.filter(pk__in=answers.values("person"), is_active=True)


def _seated(event) -> Iterable:
    answers = event.target.answers.seated()
    return get_user_model().objects.filter(pk__in=answers.values("person"), is_active=True)


def _named(event) -> Iterable:
    return get_user_model().objects.filter(pk=event.data["person"])


def _runners(event) -> Iterable:
    gathering = event.target
    found = [gathering.organizer] if gathering.organizer_id else []
    if gathering.host_id:
        coordinators = gathering.host.members.filter(until=None, is_coordinator=True)
        found += [member.person for member in coordinators.select_related("person")]
    return found


def _witnesses(event) -> Iterable:
    gathering = event.target
    if not gathering.credit and gathering.host_id is None:
        return ()  # it brings nothing
    return witnesses(
        gathering.answers.all(),
        runners=_runners(event),
        organizer_id=gathering.organizer_id,
        host=gathering.host,
        municipality_id=gathering.municipality_id,
        actor=event.actor,
    )


def _notification(
    fact: str, title: str | Promise, recipients: Callable, *, icon: str, urgent: bool = False
) -> NotificationKind:
    def whom(event) -> list:
        if event.target is None:
            return []
        return [
            person
            for person in recipients(event)
            if person.pk != event.actor_id and person.has_perm("community.view_gathering", event.target)
        ]

    def words(event) -> str:
        return str(title) % {"name": event.target.name, "day": short_day(event.target.starts_at)}

    return NotificationKind(
        key=f"community.gathering.{fact}",
        recipients=whom,
        title=words,
        url=_address,
        icon=icon,
        urgent=urgent,
        group="community.gatherings",
        label=_("Gatherings that you come to"),
        concerns=belongs,
        order=54,
    )


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    _notification(
        "moved", _("%(name)s, %(day)s: time or place have changed"), _who_comes, icon="clock", urgent=True
    ),
    _notification(
        "called_off",
        _("%(name)s, %(day)s: it does not take place"),
        _who_comes,
        icon="calendar-x",
        urgent=True,
    ),
    _notification(
        "promoted", _("%(name)s, %(day)s: there is room for you now"), _named, icon="armchair", urgent=True
    ),
    _notification("attested", _("%(name)s, %(day)s: confirm who was there"), _witnesses, icon="user-check"),
    _notification(
        "added", _("%(name)s, %(day)s: it is noted that you were there"), _named, icon="user-check"
    ),
    _notification("missed", _("%(name)s, %(day)s: it is noted that you were not there"), _named, icon="x"),
    _notification("near", _("%(name)s is tomorrow"), _seated, icon="bell"),
)
