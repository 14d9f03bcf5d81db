from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from community.mutual_aid.neighbourhood import AudienceQuerySet, coordinated_by, reach_of
from community.safety.areas import areas_coordinated
from community.safety.barriers import unseen_by
from community.safety.roles import caseworker

from .terms import CONFIRM_WITHIN, DAY_WITHIN, PASS_ON_AFTER, PLACE_KEPT, REMIND_AFTER, REMIND_BEFORE
from .words import AGREED, AHEAD, HELD, LIVE, PostState, State
from .workflow import ANSWER_WITHIN


class PostQuerySet(AudienceQuerySet):
    def on_board(self) -> PostQuerySet:
        """Open, and not run out since the night."""
        today = timezone.localdate()
        return self.filter(state=PostState.OPEN, expires_on__gte=today, author__is_active=True)

    def by(self, user) -> PostQuerySet:
        """One's own, and those in the name of an organization that one coordinates."""
        return self.filter(Q(author=user) | Q(on_behalf_of__in=coordinated_by(user)))

    def of_others(self, user) -> PostQuerySet:
        """What somebody may answer: meant for them, by somebody else, and neither has blocked the other."""
        if not user.is_authenticated:
            return self.none()
        others = self.on_board().within_reach_of(user).exclude(author=user)
        others = others.exclude(on_behalf_of__in=coordinated_by(user)) if coordinated_by(user) else others
        blocked = unseen_by(user)
        return others.exclude(author__in=blocked) if blocked else others

    def visible_to(self, user) -> PostQuerySet:
        """What somebody may see; agrees with the rule `community.view_post` (rules.py), which is asked for one."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if caseworker(user):
            return self
        Exchange = self.model._meta.get_field("exchanges").related_model
        taking_part = Exchange.objects.filter(post=OuterRef("pk")).of(user)
        blocked = unseen_by(user)
        open_to = self.model.objects.on_board().within_reach_of(user).exclude(author__in=blocked)
        return self.filter(
            Q(author=user)
            | Q(on_behalf_of__in=coordinated_by(user))
            | Q(municipality__in=areas_coordinated(user))
            | Q(pk__in=open_to.values("pk"))
            | Exists(taking_part)
        )

    def in_buildings(self, buildings) -> PostQuerySet:
        return self.filter(Q(building__in=buildings) | Q(at_building__in=buildings))

    def at(self, when: str) -> PostQuerySet:
        """At a part of the day, or on a day of the week ("day-0" is Monday); what is open to any time fits both."""
        any_time = Q(when="any_time", part_of_day="", at_time=None)
        if when.startswith("day-"):
            number = int(when.removeprefix("day-"))
            posts = self.annotate(on_day=F("weekdays").bitand(1 << number))
            # Django counts the days of the week from Sunday, which is 1.
            return posts.filter(any_time | Q(on_day__gt=0) | Q(day__week_day=(number + 1) % 7 + 1))
        hours = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}[when]
        timed = Q(at_time__hour__gte=hours[0], at_time__hour__lt=hours[1])
        return self.filter(any_time | Q(part_of_day=when) | timed)

    def best_first(self, fit) -> PostQuerySet:
        """Who needs a stand-in, then what fits somebody (`matching.Fit`), then the newest."""

        def point(condition: Q, points: int) -> Case:
            return Case(When(condition, then=Value(points)), default=Value(0))

        fits = point(Q(wants_stand_in=True), 8) + point(Q(building__in=fit.buildings), 2)
        fits += point(Q(at_building__in=fit.buildings), 2)
        for kind, categories in fit.wanted.items():
            if categories:
                fits += point(Q(kind=kind, category__in=categories), 3)
        for language in fit.second_languages:
            fits += point(Q(languages__contains=f" {language} "), 1)
        return self.annotate(fits=fits).order_by("-fits", "-created_at", "-pk")

    def with_people(self) -> PostQuerySet:
        """With all that a card shows."""
        return self.select_related(
            "author", "on_behalf_of", "at_building", "building", "municipality", "organization"
        )

    def counterparts_of(self, post) -> PostQuerySet:
        """What could meet a post: the other kind of the same help, where both are. Who sees whom is asked elsewhere."""
        return (
            self.on_board()
            .filter(kind=post.opposite_kind, category=post.category, municipality=post.municipality_id)
            .exclude(author=post.author_id)
        )

    def run_out(self) -> PostQuerySet:
        return self.filter(state__in=[PostState.OPEN, PostState.PAUSED], expires_on__lt=timezone.localdate())

    def to_remind(self) -> PostQuerySet:
        """Still on the board, and soon not any more; nobody has been told."""
        soon = timezone.localdate() + REMIND_BEFORE
        return self.filter(state=PostState.OPEN, expires_on__lte=soon, reminded_at=None)

    def finished(self) -> PostQuerySet:
        return self.filter(state__in=[PostState.TAKEN_BACK, PostState.EXPIRED, PostState.FOUND])


class ExchangeQuerySet(models.QuerySet):
    def of(self, user) -> ExchangeQuerySet:
        """Those in which somebody takes part, or an organization that they coordinate."""
        mine = Q(giver=user) | Q(receiver=user)
        if organizations := coordinated_by(user):
            mine |= Q(giver_organization__in=organizations) | Q(receiver_organization__in=organizations)
        return self.filter(mine)

    def discussed_by(self, user) -> ExchangeQuerySet:
        """Agrees with the rule `community.discuss_exchange`: the two, whose names the list of conversations shows."""
        return self.of(user).for_statements()

    def for_statements(self) -> ExchangeQuerySet:
        """With the two, by whose names it is called."""
        return self.select_related("giver", "receiver", "giver_organization", "receiver_organization")

    def visible_to(self, user) -> ExchangeQuerySet:
        """Agrees with the rule `community.view_exchange`: those who take part, and who has to agree or to settle."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        waiting = Q(state__in=[State.TO_APPROVE, State.DISPUTED])
        if not caseworker(user):
            waiting &= Q(municipality__in=areas_coordinated(user))
        return self.filter(Q(pk__in=self.model.objects.of(user).values("pk")) | waiting)

    def waiting_for_steward(self, user) -> ExchangeQuerySet:
        """Sensitive help to agree to, and what two people do not agree on, where somebody answers for it and takes no
        part: agrees with the rules `community.approve_exchange` and `community.settle_exchange`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        waiting = self.filter(state__in=[State.TO_APPROVE, State.DISPUTED])
        waiting = waiting.exclude(pk__in=self.model.objects.of(user).values("pk"))
        return waiting if caseworker(user) else waiting.filter(municipality__in=areas_coordinated(user))

    def most_urgent_first(self) -> ExchangeQuerySet:
        """Of what waits for a steward: what was passed on to the agency, then what has waited longest."""
        passed_on = Q(state=State.DISPUTED, reminders__gt=len(REMIND_AFTER))
        return self.order_by(Case(When(passed_on, then=0), default=1), "state_since", "pk")

    def live(self) -> ExchangeQuerySet:
        return self.filter(state__in=LIVE)

    def over(self) -> ExchangeQuerySet:
        return self.exclude(state__in=LIVE)

    def confirmed(self) -> ExchangeQuerySet:
        """Hours were given; what is doubted afterwards counts as it was booked until it is settled."""
        return self.filter(state__in=[*HELD, State.DISPUTED], booked_minutes__gt=0)

    def between(self, one: Any, other: Any) -> ExchangeQuerySet:
        return self.filter(Q(giver=one, receiver=other) | Q(giver=other, receiver=one))

    def agreed(self) -> ExchangeQuerySet:
        return self.filter(state__in=[*AGREED, State.SETTLED])

    def ahead(self) -> ExchangeQuerySet:
        return self.filter(state__in=AHEAD)

    def unanswered(self) -> ExchangeQuerySet:
        """By whom it was asked, or by whoever has to agree to it."""
        unsaid = [State.PROPOSED, State.TO_APPROVE]
        return self.filter(state__in=unsaid, state_since__lt=timezone.now() - ANSWER_WITHIN)

    def to_remind(self) -> ExchangeQuerySet:
        """What waits for a word of one of the two, or of who settles it, for longer than they have been reminded of."""
        now, waiting = timezone.now(), Q(pk=None)
        for said, after in enumerate(REMIND_AFTER):
            moment = now - after
            unsettled = Q(state=State.DISPUTED, state_since__lt=moment)
            waiting |= Q(reminders=said) & (_untold_since(moment) | _without_day_since(moment) | unsettled)
        return self.filter(waiting)

    def to_pass_on(self) -> ExchangeQuerySet:
        """What whoever settles it has been reminded of for the last time, and has let lie."""
        since = timezone.now() - PASS_ON_AFTER
        return self.filter(state=State.DISPUTED, reminders=len(REMIND_AFTER), state_since__lt=since)

    def left_alone(self) -> ExchangeQuerySet:
        """What nobody has touched for so long that nothing comes of it any more."""
        now = timezone.now()
        return self.filter(_untold_since(now - CONFIRM_WITHIN) | _without_day_since(now - DAY_WITHIN))

    def with_place_to_forget(self) -> ExchangeQuerySet:
        return self.over().exclude(place="").filter(state_since__lt=timezone.now() - PLACE_KEPT)

    def soonest_first(self) -> ExchangeQuerySet:
        return self.order_by(F("starts_at").asc(nulls_last=True), "-created_at", "-pk")

    def with_people(self) -> ExchangeQuerySet:
        return self.select_related(
            "post__at_building",
            "giver",
            "receiver",
            "giver_organization",
            "receiver_organization",
            "asked_by",
            "municipality",
        )


def _untold_since(moment) -> Q:
    """One has called it done and the other says nothing, or its time is over and neither says anything."""
    over = Q(state__in=[State.ACCEPTED, State.SCHEDULED], starts_at__lt=moment)
    return Q(state_since__lt=moment) & (Q(state=State.DONE) | over)


def _without_day_since(moment) -> Q:
    return Q(state=State.ACCEPTED, starts_at=None, state_since__lt=moment)


def reaches(user) -> bool:
    """Whether mutual aid is for this person at all: who belongs nowhere takes no part."""
    return bool(reach_of(user))
