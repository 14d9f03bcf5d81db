from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.keys import AlreadySent, Overtaken
from community.mutual_aid.calling_off import CalledOffMixin
from community.mutual_aid.neighbourhood import (
    AudienceMixin,
    coordinated_by,
    coordinators_of,
    people_within,
)
from community.mutual_aid.presence import PresenceMixin, who_may_be_added
from community.mutual_aid.sent_once import SentOnceMixin
from community.mutual_aid.taking_part import may_run
from community.mutual_aid.time_bank.accounts import open_accounts
from community.safety.barriers import may_reach
from portal.events import record
from portal.ui.words import isolated

from .querysets import AnswerQuerySet, GatheringQuerySet
from .words import SEATED, AnswerState, Occasion
from .workflow import FACTS, CannotBeAdded, NotNow, Promised, TooMany, target_of

TEXT_LIMIT = 1000  # characters
MOST_SEATS = 500
MOST_COMPANIONS = 9
STEP = 30  # minutes: the time bank counts in half hours (DOMAIN.md §6)
MOST_CREDIT = 480  # minutes
LONGEST = timedelta(hours=16)  # a feast may last until the morning
MOST_OF_ONE = 50  # of one thing to bring


class Gathering(SentOnceMixin, AudienceMixin, CalledOffMixin):
    """Something to which people come once: a feast, a course, a day on which the courtyard is put in order."""

    name = models.CharField(_("what it is called"), max_length=80)
    occasion = models.CharField(_("what kind of occasion"), max_length=20, choices=Occasion.choices)
    text = models.TextField(_("what it is about"), max_length=TEXT_LIMIT, blank=True)
    area = models.ForeignKey(
        "portal.CommonArea",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("where it is"),
    )
    place = models.CharField(_("another place"), max_length=120, blank=True)
    host = models.ForeignKey(
        "portal.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("which organization runs it"),
    )
    organizer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who organizes it"),
    )
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    seats = models.PositiveSmallIntegerField(_("how many people fit"), null=True, blank=True)
    companions = models.PositiveSmallIntegerField(_("how many one may bring along"), default=3)
    credit = models.PositiveSmallIntegerField(_("minutes in the time bank"), default=0)
    hidden_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # How often a calendar has had to be told anew.
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        verbose_name = _("gathering")
        verbose_name_plural = _("gatherings")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["ends_at"], name="gathering_ends_at")]
        constraints = [
            *AudienceMixin.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(seats=None) | Q(seats__gte=1, seats__lte=MOST_SEATS), name="gathering_has_seats"
            ),
            models.CheckConstraint(
                condition=Q(companions__lte=MOST_COMPANIONS), name="gathering_few_companions"
            ),
            models.CheckConstraint(
                condition=Q(credit__in=range(0, MOST_CREDIT + 1, STEP)), name="gathering_credit_in_half_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:gathering", args=[self.pk])

    @property
    def icon(self) -> str:
        return Occasion(self.occasion).icon

    @property
    def version(self) -> str:
        return str(self.sequence)

    @property
    def place_name(self) -> str:
        parts = (
            self.area or self.place,
            (self.area and self.area.building) or self.building or self.municipality,
        )
        return " · ".join(isolated(str(part)) for part in parts if part)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def reportable_author(self):
        """Who answers for what stands here (community.safety)."""
        return self.organizer

    @property
    def reportable_text(self) -> str:
        return "\n".join(filter(None, (self.text, self.off_because)))

    def hide(self, *, by) -> None:
        """Whoever answers for the area takes it out of sight of all but those who run it."""
        self._moderate(timezone.now(), by=by)

    def restore(self, *, by) -> None:
        self._moderate(None, by=by)

    @transaction.atomic
    def _moderate(self, hidden_at, *, by) -> None:
        Gathering.objects.filter(pk=self.pk).update(hidden_at=hidden_at)
        self.refresh_from_db(fields=["hidden_at"])
        record("community.gathering.moderated", self, by=by)

    # Not who comes: that only whoever invites knows.
    facts_in_conversation = frozenset({"community.gathering.moved", "community.gathering.called_off"})

    def people_in_conversation(self) -> list:
        """Those who come or wait, and whoever invites."""
        people = [answer.person for answer in self.answers.open().select_related("person")]
        return [person for person in dict.fromkeys([self.organizer, *people]) if person]

    def discussed_among(self, people: list) -> list:
        """Of these people those who may discuss it: the rule `community.discuss_gathering` for many people."""
        allowed = coordinators_of(self.host_id)
        allowed |= {person.pk for person in people if person.pk == self.organizer_id and may_run.test(person)}
        if self.hidden_at is None:
            answers = self.answers.believed().exclude(state=AnswerState.WITHDRAWN)
            allowed |= set(answers.values_list("person", flat=True))
        return [person for person in people if person.pk in allowed]

    def answer_of(self, person) -> Answer | None:
        return self.answers.filter(person=person).exclude(state=AnswerState.WITHDRAWN).first()

    @classmethod
    @transaction.atomic
    def publish(cls, *, by, client_id, items: list[tuple[str, int]], **told) -> tuple[Gathering, bool]:
        """Invite, and whether that is new: a form sent again is the same gathering. `items`: what is to be brought,
        and how many of it. Raises ClientIdTaken or AlreadySent."""
        if known := cls.sent_before(by=by, client_id=client_id, **told):
            if list(known.items.values_list("name", "wanted")) != items:
                raise AlreadySent(known)
            return known, False
        gathering = cls.objects.create(client_id=client_id, organizer=by, **told)
        for position, (name, wanted) in enumerate(items, start=1):
            gathering.items.create(name=name, wanted=wanted, position=position)
        record("community.gathering.made", gathering, by=by)
        return gathering, True

    @transaction.atomic
    def answer(self, *, by, companions: int = 0) -> Answer:
        """Somebody comes, with so many others; on the waiting list where there is no room for all of them.

        Answered again, it is the same answer, with as many as were said last. Whoever brings more than before keeps
        their seats only if there is room for all. Raises NotNow or TooMany.
        """
        gathering = self._locked()
        gathering.must_be_ahead()
        if not 0 <= companions <= gathering.companions:
            raise TooMany(
                gettext("You can bring %(number)d people along at most.") % {"number": gathering.companions}
            )
        mine = gathering.answers.filter(person=by).first()
        if mine and mine.state != AnswerState.WITHDRAWN and mine.companions == companions:
            return mine
        others = gathering.answers.seated().exclude(person=by)
        free = gathering.seats is None or others.people() + 1 + companions <= gathering.seats
        queued = gathering.answers.waiting().exclude(person=by).exists()
        was_seated = mine is not None and mine.state == AnswerState.COMING
        # Whoever is seated and brings fewer keeps the seat; nobody new passes those who wait.
        seated = free and (was_seated or not queued)
        if was_seated and not seated:
            raise TooMany(gettext("There is no room for so many. Your answer is as it was."))
        state = AnswerState.COMING if seated else AnswerState.WAITING
        fields = {"companions": companions, "state": state}
        if mine is None or mine.state != state:
            fields["since"] = timezone.now()
        answer, _created = Answer.objects.update_or_create(gathering=gathering, person=by, defaults=fields)
        record(
            f"community.gathering.{'accepted' if seated else 'queued'}", gathering, by=by, answer=answer.pk
        )
        gathering._seat_those_who_wait()
        return answer

    @transaction.atomic
    def call_off(self, *, by, because: str = "") -> None:
        """It does not take place. Again is harmless, and changes nothing. Raises NotNow once it has begun."""
        gathering, now = self._locked(), timezone.now()
        if not gathering.is_off:
            gathering.must_be_ahead()
            Gathering.objects.filter(pk=self.pk).update(
                cancelled_at=now, off_because=because, changed_at=now, sequence=F("sequence") + 1
            )
            record("community.gathering.called_off", self, by=by)
        self.refresh_from_db(fields=["cancelled_at", "off_because", "changed_at", "sequence"])

    @transaction.atomic
    def credit_all(
        self, told: dict[int, int | None], *, by, also: Iterable = (), minutes: int | None = None
    ) -> None:
        """Who was there, all at once, and the hours of each: by the number of the answer the minutes, or None for
        whoever was not there. `also` are people who came without having said so, each with `minutes`, or with those
        of the invitation. Sent again, nothing is booked twice; whoever is not named stays as they are. Raises NotNow
        before it begins, CannotBeAdded."""
        gathering = self._locked()
        also = list(also)
        answers = list(gathering.answers.seated().filter(pk__in=told).select_related("person").order_by("pk"))
        # Before anything is booked: whoever opens an account waits for nobody who holds the book.
        each = gathering.credit if minutes is None else minutes
        gets = [answer.person for answer in answers if answer.person and told[answer.pk]]
        open_accounts([*gets, *(also if each else ())])
        for person in also:
            gathering._turn_up(person, each, by=by)
        changed = []
        for answer in answers:
            minutes = told[answer.pk]
            verb = "miss" if minutes is None else "attend"
            loses = minutes is None and answer.credited > 0  # each is told, and nobody else who was not there
            changed.append(answer._note(verb, minutes or 0, gathering=gathering, by=by, records=loses))
        if any(changed):
            record("community.gathering.credited", gathering, by=by)

    @transaction.atomic
    def turn_up(self, person, *, by) -> None:
        """Somebody was there without having said that they come: whoever runs it says so, or they themselves, which
        somebody else has to confirm. Again is harmless. Raises NotNow."""
        gathering = self._locked()
        answer = gathering.answers.filter(person=person).first()
        if by == person and answer is not None and answer.was_denied:
            raise NotNow(gettext("It is noted that you were not there. Tell whoever runs it."))
        gathering._turn_up(person, gathering.credit, by=by)

    def _turn_up(self, person, minutes: int, *, by) -> None:
        answer = self.answers.filter(person=person).first()
        if answer is not None and answer.is_seated:
            # In the list already; perhaps they have said so themselves meanwhile.
            if by != person and (answer.state == AnswerState.COMING or answer.waits_for_a_witness):
                answer._note("attend", minutes, gathering=self, by=by)
            return
        if not person.has_perm("community.answer_gathering", self) or not may_reach(by, person):
            raise CannotBeAdded(person)
        if answer is None:
            answer = Answer.objects.create(
                gathering=self, person=person, state=AnswerState.COMING, came_unannounced=True
            )
        else:
            if answer.state == AnswerState.WITHDRAWN:
                Answer.objects.filter(pk=answer.pk).update(came_unannounced=True)
            answer._become("turn_up")
            answer.refresh_from_db()
        answer._note("attend", minutes, gathering=self, by=by)
        if by != person:
            record("community.gathering.added", self, by=by, answer=answer.pk, person=person.pk)

    def may_have_come(self, *, by) -> QuerySet:
        """Those among whom whoever runs it finds who came without having said so. Nobody searches all the people who
        live somewhere: whoever runs it knows these by name from what they have run, or from their organization."""
        met = Answer.objects.seated().filter(gathering__in=Gathering.objects.run_by(by))
        known = Q(pk__in=met.values("person")) | Q(pk__in=self.answers.values("person"))
        if self.host_id in coordinated_by(by):
            known |= Q(
                organization_memberships__organization=self.host_id, organization_memberships__until=None
            )
        return who_may_be_added(people_within(self).filter(known), by=by, organizer=self.organizer)

    @transaction.atomic
    def change(
        self, *, by, seen: str | None = None, items: list[tuple[str, int]] | None = None, **told
    ) -> None:
        """Save what a form has changed; whoever comes hears of another time or place, and more seats are filled.

        `items` by their places, without a name what is not to be brought any more, or None where nothing is said of
        them; `seen` the version that the form was filled in for.
        Sent again it changes nothing. Raises NotNow once it is off or has begun, Overtaken where somebody else has
        changed it meanwhile, Promised where somebody brings what shall not be brought any more.
        """
        gathering = self._locked()
        gathering.must_be_ahead()
        changed = gathering.differing(told)
        items_stand = items is None or items == list(gathering.items.values_list("name", "wanted"))
        if not changed and items_stand:
            return
        if seen is not None and seen != gathering.version:
            raise Overtaken(gathering.version)
        for name, value in changed.items():
            setattr(gathering, name, value)
        gathering.sequence, gathering.changed_at = gathering.sequence + 1, timezone.now()
        gathering.save(update_fields=[*changed, "sequence", "changed_at"])
        if not items_stand:
            gathering._set_items(items)
        moved = not changed.keys().isdisjoint({"starts_at", "ends_at", "area", "place"})
        record(f"community.gathering.{'moved' if moved else 'changed'}", gathering, by=by)
        gathering._seat_those_who_wait()
        self.refresh_from_db()

    def _set_items(self, items: list[tuple[str, int]]) -> None:
        """By their names, so that what is promised stays with the thing; at a place where another name stands now, the
        thing has a new name. What is not named any more goes."""
        counted = self.items.annotate(promised=Sum("contributions__number", default=0))
        standing = list(counted.order_by("position", "id"))  # grouped, they would come in no order
        named = {name: position for position, (name, _wanted) in enumerate(items, start=1) if name}
        places = {named[item.name]: item for item in standing if item.name in named}
        for position, item in enumerate(standing, start=1):
            if item.name not in named and position in named.values():
                places.setdefault(position, item)
        kept = {item.pk for item in places.values()}
        for position, item in enumerate(standing, start=1):
            if item.pk not in kept and item.promised:
                raise Promised(position, item.promised, is_gone=True)
        self.items.exclude(pk__in=kept).delete()
        for name, position in named.items():
            item, wanted = places.get(position), items[position - 1][1]
            if item is None:
                self.items.create(name=name, wanted=wanted, position=position)
                continue
            if item.promised > wanted:
                raise Promised(position, item.promised, is_gone=False)
            Item.objects.filter(pk=item.pk).update(name=name, wanted=wanted, position=position)

    def _locked(self) -> Gathering:
        return Gathering.objects.select_for_update(of=["self"]).get(pk=self.pk)

    def must_be_ahead(self) -> None:
        """Raises NotNow once it is off or has begun."""
        if self.is_off:
            raise NotNow(gettext("It does not take place."))
        if self.has_begun:
            raise NotNow(gettext("It has begun already."))

    def _seat_those_who_wait(self) -> None:
        """Whoever waits longest comes first, unless they are too many for what is free: then the next who fits."""
        for answer in self.answers.waiting():
            if self.seats is None or self.answers.seated().people() + 1 + answer.companions <= self.seats:
                answer._become("promote")
                record("community.gathering.promoted", self, answer=answer.pk, person=answer.person_id)


class Answer(PresenceMixin):
    """What somebody has answered to an invitation, and with how many others they come."""

    BOOKED_AS, MEETING = "gathering-answer", "gathering"

    gathering = models.ForeignKey(
        Gathering, models.CASCADE, related_name="answers", verbose_name=_("gathering")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    companions = models.PositiveSmallIntegerField(_("brings along"), default=0)
    state = models.CharField(_("state"), max_length=20, choices=AnswerState.choices, editable=False)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to an invitation")
        verbose_name_plural = _("answers to invitations")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "person"], name="answered_once"),
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="answer_state_is_known"),
            models.CheckConstraint(
                condition=Q(companions__lte=MOST_COMPANIONS), name="answer_few_companions"
            ),
        ]
        indexes = [
            models.Index(
                fields=["gathering"],
                condition=Q(state="attended", is_vouched=False),
                name="answer_to_confirm",
            )
        ]

    def __str__(self) -> str:
        return str(self.gathering)

    @property
    def is_seated(self) -> bool:
        return self.state in SEATED

    @transaction.atomic
    def withdraw(self, *, by) -> None:
        """Not coming after all: the seats go to who waits, and what one would have brought is to be brought again."""
        gathering = self.gathering._locked()
        gathering.must_be_ahead()
        self.refresh_from_db()
        self._become("withdraw")
        record("community.gathering.declined", gathering, by=by, answer=self.pk, person=self.person_id)
        Contribution.objects.filter(item__gathering=gathering, person=self.person_id).delete()
        gathering._seat_those_who_wait()
        self.refresh_from_db()

    def attend(self, *, by) -> None:
        """Somebody saw them there. Of themselves it is a note, which somebody else has to confirm."""
        self._note_alone("attend", by=by)

    def miss(self, *, by) -> None:
        self._note_alone("miss", by=by)

    @transaction.atomic
    def _note_alone(self, verb: str, *, by) -> None:
        gathering = self.gathering._locked()
        self.refresh_from_db()
        # Said again, it is as many minutes as it was: none, where somebody has said so.
        noted = self.is_vouched and self.state == AnswerState.ATTENDED
        self._note(verb, self.credited if noted else gathering.credit, gathering=gathering, by=by)

    def _note(self, verb: str, minutes: int, *, gathering: Gathering, by, records: bool = True) -> bool:
        """With the gathering locked; whether anything has changed. What waits for a witness is recorded always."""
        if gathering.is_off:
            raise NotNow(gettext("It does not take place."))
        if not gathering.has_begun:
            raise NotNow(gettext("It has not begun yet."))
        if verb == "miss" and self.came_unannounced:
            verb = "deny"
        changed = self._say(verb, target_of(self.state, verb), minutes, by=by)
        if changed and (records or self.waits_for_a_witness):
            fact = "attested" if self.waits_for_a_witness else FACTS[verb]
            record(f"community.gathering.{fact}", gathering, by=by, answer=self.pk, person=self.person_id)
        return changed

    def _become(self, verb: str) -> None:
        Answer.objects.filter(pk=self.pk).update(state=target_of(self.state, verb), since=timezone.now())


class Item(models.Model):
    """What is to be brought, and how many of it."""

    gathering = models.ForeignKey(
        Gathering, models.CASCADE, related_name="items", verbose_name=_("gathering")
    )
    name = models.CharField(_("what"), max_length=60)
    wanted = models.PositiveSmallIntegerField(_("how many"), default=1)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("thing to bring")
        verbose_name_plural = _("things to bring")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "name"], name="item_name_once"),
            models.CheckConstraint(
                condition=Q(wanted__gte=1, wanted__lte=MOST_OF_ONE), name="item_is_wanted"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def bring(self, number: int, *, by) -> None:
        """Somebody who comes brings so many of it; 0 takes it back. Raises TooMany where enough is promised already."""
        gathering = self.gathering._locked()
        gathering.must_be_ahead()
        if gathering.answer_of(by) is None:
            raise NotNow(gettext("Say first that you come."))
        others = self.contributions.exclude(person=by).aggregate(n=Sum("number"))["n"] or 0
        if not 0 <= number <= self.wanted - others:
            raise TooMany(
                gettext("Only %(number)d of “%(thing)s” are still to be brought.")
                % {"number": max(0, self.wanted - others), "thing": self}
            )
        if number:
            Contribution.objects.update_or_create(item=self, person=by, defaults={"number": number})
        else:
            self.contributions.filter(person=by).delete()
        record("community.gathering.brought", gathering, by=by, item=self.pk, number=number)


class Contribution(models.Model):
    """That somebody brings so many of something."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="contributions", verbose_name=_("thing"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    number = models.PositiveSmallIntegerField(_("how many"))

    class Meta:
        verbose_name = _("thing promised")
        verbose_name_plural = _("things promised")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="promised_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_OF_ONE), name="promised_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} × {self.item}"
