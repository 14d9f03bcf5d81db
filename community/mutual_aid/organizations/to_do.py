"""What there is to do for an organization's mutual aid, as its coordinator finds it on one page: the most urgent first.

What is long in one block hides nothing in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    Min,
    Q,
    QuerySet,
    Value,
    Window,
)
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.words import State
from community.mutual_aid.gatherings.models import Gathering
from community.mutual_aid.neighbourhood import coordinated_by
from community.mutual_aid.shifts.models import Shift
from community.mutual_aid.things.models import Thing
from community.mutual_aid.time_bank.pot import PotRequest
from community.safety.areas import areas_of
from community.safety.models import AbuseReport
from community.safety.roles import caseworker

SHOWN, MOST = 3, 20  # lines of a block at first, and unfolded


@dataclass(frozen=True, kw_only=True)
class Block:
    """Something to do: `rows`, each drawn by the template lines/<key>.html, or `nothing`, a sentence, where there are
    none. `hint` says what to do with a row."""

    key: str
    icon: str
    title: str
    rows: list[Any]
    hint: str
    nothing: str

    @property
    def line(self) -> str:
        return f"community/organizations/lines/{self.key}.html"

    @property
    def first(self) -> list[Any]:
        return self.rows[:SHOWN]

    @property
    def rest(self) -> list[Any]:
        return self.rows[SHOWN:]


@dataclass(frozen=True)
class ToNote:
    """A shift or an event of which it is to be said who was there; `is_mine`: by the reader."""

    kind: str
    pk: int
    title: str
    starts_at: datetime
    is_mine: bool

    @property
    def way(self) -> str:
        sheet = self.kind == "gathering" and self.is_mine
        return reverse("community:gathering_presence" if sheet else f"community:{self.kind}", args=[self.pk])


def with_asking(organizations: QuerySet, user: Any) -> QuerySet:
    """With `asking`: how many ask to join and wait for this reader's word; and `asking_since`, the first of them. Whom
    a coordinator does not know the agency decides about."""
    unanswered = Q(join_requests__state="waiting")
    if not caseworker(user):
        unanswered &= Q(join_requests__vouched=None)
    return organizations.annotate(
        asking=Count("join_requests", filter=unanswered),
        asking_since=Min("join_requests__confirmed_at", filter=unanswered),
    )


def to_do(organization: Any, user: Any) -> dict[str, Any]:
    """Of an organization `with_asking`: the blocks, how many members there are, and whether the reader coordinates it.
    What the organization does not answer for is not among them."""
    areas = areas_of(organization)
    waiting = _waiting(areas, user) if areas else []
    members = _members(organization)
    coordinates = organization.pk in coordinated_by(user)
    blocks = [
        Block(
            key="joining",
            icon="user-plus",
            title=_("Who asks to join"),
            rows=[organization] if organization.asking else [],
            hint=_(
                "Whoever coordinates the organization lets in whom they know; about all others the agency decides."
            ),
            nothing=_("Nobody who asks to join waits for your word."),
        ),
        Block(
            key="approvals",
            icon="shield-check",
            title=_("Waits for your yes"),
            rows=[one for one in waiting if one.state == State.TO_APPROVE],
            hint=_("Open it, read it, then say yes or no: until then the two wait."),
            nothing=_("Nothing waits for your yes.")
            if areas
            else _("Where this organization works, others answer for mutual aid: nothing comes to you here."),
        ),
        Block(
            key="disputes",
            icon="scale",
            title=_("Two who do not agree"),
            rows=[one for one in waiting if one.state == State.DISPUTED],
            hint=_("Hear both, then write how long it really was."),
            nothing=_("Nobody disagrees."),
        ),
        Block(
            key="reports",
            icon="flag",
            title=_("What people report"),
            rows=_reports(areas, user),
            hint=_("Read it, then decide whether it stays."),
            nothing=_("Nobody reports anything."),
        ),
        Block(
            key="asking",
            icon="hand-helping",
            title=_("Who asks the common pot"),
            rows=_asking(areas, user),
            hint=_("Say yes or no: until then they wait."),
            nothing=_("Nobody asks the common pot."),
        ),
        Block(
            key="to-fill",
            icon="calendar-days",
            title=_("Shifts to fill, this week and next"),
            rows=_to_fill(organization),
            hint=_("Open a shift to see who is there, and ask somebody to come."),
            nothing=_("No shift lacks anybody."),
        ),
        Block(
            key="to-note",
            icon="calendar-check",
            title=_("Who was there?"),
            rows=_to_note(organization, user),
            hint=_("Say it, so that the hours are counted."),
            nothing=_("Of all shifts and events it is said who was there."),
        ),
        Block(
            key="things",
            icon="package",
            title=_("Things that are late, missing or broken"),
            rows=list(_things(organization, areas)[:MOST]),
            hint=_("On its page stands whom to ask, and what you can do."),
            nothing=_("All things are where they should be."),
        ),
        _pending(members, user, coordinates=coordinates),
    ]
    shown = [block for block in blocks if areas or block.key not in ("disputes", "asking", "reports")]
    return {
        "blocks": [block for block in shown if block.rows],
        "in_order": [block for block in shown if not block.rows],
        "members": len(members),
        "coordinates": coordinates,
    }


def _members(organization: Any) -> list[Any]:
    """Those of whom nobody has vouched for first, then whom the agency has not checked."""
    return list(
        organization.members.filter(until=None)
        .select_related("person")
        .order_by(
            F("vouched_at").asc(nulls_first=True),
            F("checked_at").asc(nulls_first=True),
            "person__display_name",
        )
    )


def _pending(members: list[Any], user: Any, *, coordinates: bool) -> Block:
    """Those who are not checked yet, first whom the reader can do something for: a coordinator vouches, the agency
    checks. Without the reader: nobody vouches for themselves."""
    others = (member for member in members if member.person_id != user.pk)
    pending = [member for member in others if not (member.vouched_at and member.checked_at)]
    if not coordinates:
        pending.sort(key=lambda member: member.checked_at is not None)
    hint = _for_coordinators(len(pending)) if coordinates else _for_the_agency(len(pending))
    return Block(
        key="members",
        icon="users",
        title=_("Members"),
        rows=pending[:MOST],
        hint=hint % {"pending": len(pending)},
        nothing=_("All members are checked."),
    )


def _for_coordinators(pending: int) -> str:
    return ngettext(
        "%(pending)s may not help children, the elderly or with keys yet. Vouch for whom you know; the agency checks "
        "the rest.",
        "%(pending)s may not help children, the elderly or with keys yet. Vouch for whom you know; the agency checks "
        "the rest.",
        pending,
    )


def _for_the_agency(pending: int) -> str:
    return ngettext(
        "%(pending)s may not help children, the elderly or with keys yet. Check whom nobody has checked. A coordinator "
        "vouches for the others; for a coordinator another one does.",
        "%(pending)s may not help children, the elderly or with keys yet. Check whom nobody has checked. A coordinator "
        "vouches for the others; for a coordinator another one does.",
        pending,
    )


def _to_fill(organization: Any) -> list[Shift]:
    """Those of this week and the next that lack somebody."""
    today = timezone.localdate()
    sunday_after = today + timedelta(days=13 - today.weekday())
    coming = Shift.objects.coming().filter(plan__host=organization, day__lte=sunday_after)
    shifts = list(coming.short().with_plans().order_by("starts_at", "pk")[:MOST])
    for shift in shifts:
        shift.free = max(0, shift.wanted - shift.taken)
    return shifts


def _to_note(organization: Any, user: Any) -> list[ToNote]:
    """The same for whoever reads it: first those of which the reader can say it, then those that wait for somebody
    else's word, because nobody vouches for themselves."""

    def unsaid(model: Any, title: str, of_whom: str) -> QuerySet:
        mine = Q(pk__in=model.objects.to_note(user).order_by().values("pk"))
        found = model.objects.unsaid().filter(**{of_whom: organization}).order_by()
        found = found.annotate(
            kind=Value(model._meta.model_name),
            title=F(title),
            is_mine=ExpressionWrapper(mine, BooleanField()),
        )
        return found.values_list("kind", "pk", "title", "starts_at", "is_mine")

    found = unsaid(Shift, "plan__name", "plan__host").union(unsaid(Gathering, "name", "host"))
    return [ToNote(*row) for row in found.order_by("-is_mine", "-starts_at", "pk")[:MOST]]


def _waiting(areas: frozenset[int], user: Any) -> list[Exchange]:
    of_its_state = Window(RowNumber(), partition_by="state", order_by=["state_since", "pk"])
    return list(
        Exchange.objects.waiting_for_steward(user)
        .filter(municipality__in=areas)
        .annotate(place_in_line=of_its_state)
        .filter(place_in_line__lte=MOST)
        .with_people()
        .most_urgent_first()
    )


def _asking(areas: frozenset[int], user: Any) -> list[PotRequest]:
    asking = PotRequest.objects.to_decide_by(user).filter(municipality__in=areas)
    return list(asking.select_related("person", "municipality")[:MOST])


def _reports(areas: frozenset[int], user: Any) -> list[AbuseReport]:
    """Of where it answers, without what the reader has to do with."""
    if not areas:
        return []
    open_ones = AbuseReport.objects.moderated_by(user).open().filter(municipality__in=areas)
    return list(open_ones.select_related("content_type").order_by("made_at", "pk")[:MOST])


def _things(organization: Any, areas: frozenset[int]):
    """Its own and those of where it answers: not brought back in time (`due` is when they should have been), to be
    repaired, missing. Of what is lost for good nothing is to be done any more."""
    things = Thing.objects.filter(Q(owned_by=organization) | Q(municipality__in=areas), hidden_at=None)
    return things.in_trouble().with_due().order_by(F("due").asc(nulls_last=True), "state", "name", "pk")
