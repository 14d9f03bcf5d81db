"""What ties a mediator to somebody in a case. Whoever is tied to one of them is no mediator for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.ui.words import isolated

from .words import Tie


@dataclass(frozen=True)
class Found:
    """That a mediator is tied to `person`, and how."""

    person: Any
    tie: Tie

    def __str__(self) -> str:
        return _sentences()[self.tie] % {"name": isolated(str(self.person))}


def _sentences() -> dict[Tie, str]:
    """In the language of whoever reads."""
    return {
        Tie.SELF: _("Is %(name)s"),
        Tie.HELPED: _("Has helped to ask for it"),
        Tie.HOUSEHOLD: _("Has lived in the same household as %(name)s"),
        Tie.BUILDING: _("Lives, or has lived, in the same building as %(name)s"),
        Tie.ORGANIZATION: _("Is in the same organization as %(name)s"),
        Tie.CASE: _("Was part of an earlier mediation with %(name)s"),
    }


def tied_to(mediator: Any, people: Iterable[Any], *, besides: Any = None) -> list[Found]:
    """The ties of a mediator to these people, now or at any time before; `besides` is the case that is asked about."""
    return ties_of([mediator], people, besides=besides)[mediator.pk]


def who_has_mediated_between(people: Iterable[Any], *, besides: Any = None) -> set[Any]:
    """The numbers of those who have mediated between these very people: that is no tie (`_ties`), and is told to
    whoever prepares the case `besides`, and to those people, who were all in it."""
    found = _mediated_between(list(people))
    own = {getattr(besides, "pk", None)}
    return {mediator for mediator, cases in found.items() if cases - own}


def ties_of(
    mediators: Collection[Any], people: Iterable[Any], *, besides: Any = None
) -> dict[Any, list[Found]]:
    """The same for several mediators, by their number; however many they are, the database is asked four times.

    Whoever sat beside the person who asked for the case `besides` is tied to it as well.
    """
    people = list(people)
    everybody = {person.pk for person in (*mediators, *people)}
    shared = _homes(everybody) | {
        Tie.ORGANIZATION: _organizations(everybody),
        Tie.CASE: _cases(everybody, besides),
    }
    between = _mediated_between(people)
    return {
        mediator.pk: list(_ties(mediator, people, shared, between[mediator.pk], besides))
        for mediator in mediators
    }


Belongings = Mapping[Any, set[Any]]  # of each person, by number


def _ties(
    mediator: Any, people: list[Any], shared: Mapping[Tie, Belongings], between: set[Any], case: Any
) -> Iterable[Found]:
    """Whoever has mediated `between` the very same people is tied to none of them more than to the others."""
    if case is not None and case.helped_by_id == mediator.pk:
        yield Found(mediator, Tie.HELPED)
    for person in people:
        if mediator.pk == person.pk:
            yield Found(person, Tie.SELF)
            continue
        for tie, of in shared.items():
            if (of[mediator.pk] & of[person.pk]) - between:
                yield Found(person, tie)


def _homes(people: Collection[Any]) -> dict[Tie, Belongings]:
    """The households that each has belonged to, and the buildings where they lived while they did."""
    households: dict[Any, set[Any]] = defaultdict(set)
    buildings: dict[Any, set[Any]] = defaultdict(set)
    rows = apps.get_model("portal", "HouseholdMember").objects.filter(person__in=people)
    for person, household, since, until, starts, left, building in rows.values_list(
        "person",
        "household",
        "since",
        "until",
        "household__tenancies__starts_on",
        "household__tenancies__left_on",
        "household__tenancies__dwelling__building",
    ):
        households[person].add(household)
        if building is not None and (left or date.max) >= since and starts <= (until or date.max):
            buildings[person].add(building)
    return {Tie.HOUSEHOLD: households, Tie.BUILDING: buildings}


def _organizations(people: Collection[Any]) -> Belongings:
    found: dict[Any, set[Any]] = defaultdict(set)
    rows = apps.get_model("portal", "OrganizationMember").objects.filter(person__in=people)
    for person, organization in rows.values_list("person", "organization"):
        found[person].add(organization)
    return found


def _cases(people: Collection[Any], besides: Any) -> Belongings:
    """Those in which each is named, in whatever part, or has helped to ask."""
    found: dict[Any, set[Any]] = defaultdict(set)
    named = Q(parties__person__in=people) | Q(mediators__person__in=people) | Q(helped_by__in=people)
    rows = apps.get_model("community", "Case").objects.exclude(pk=getattr(besides, "pk", None)).filter(named)
    for case, *named_there in rows.order_by().values_list(
        "pk", "parties__person", "mediators__person", "helped_by"
    ):
        for person in named_there:
            if person is not None:
                found[person].add(case)
    return found


def _mediated_between(people: list[Any]) -> Belongings:
    """The cases in which all of them were parties, by who mediated."""
    found: dict[Any, set[Any]] = defaultdict(set)
    if len(people) < 2:
        return found
    cases = apps.get_model("community", "Case").objects.filter(mediators__assigned_at__isnull=False)
    for person in people:
        cases = cases.filter(parties__person=person)
    for case, mediator in cases.order_by().values_list("pk", "mediators__person"):
        found[mediator].add(case)
    return found
