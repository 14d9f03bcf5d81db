from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.keys import ClientIdTaken
from community.languages import spoken_languages
from community.mutual_aid.neighbourhood import AudienceMixin, coordinated_by
from community.safety.areas import coordinators_for
from community.safety.barriers import may_reach
from community.safety.names import first_name
from portal.events import history_of, record
from portal.ui.days import short_day, weekday
from portal.ui.words import isolated, listed

from . import appointing, hours, telling, workflow
from .querysets import ExchangeQuerySet, PostQuerySet
from .terms import EXPIRES_AFTER, LATE_WITHIN, REMIND_AFTER, REMIND_BEFORE
from .words import (
    AGREED,
    HELD,
    LIVE,
    LONGEST,
    SENSITIVE,
    SHORTEST,
    STEP,
    Category,
    FreeTime,
    Kind,
    PartOfDay,
    PostState,
    State,
    When,
)

TEXT_LIMIT, NOTE_LIMIT, TITLE_LIMIT = 1000, 500, 80  # characters
MINUTES = list(range(SHORTEST, LONGEST + 1, STEP))
WEEK = timedelta(days=7)

# What may be written into a post again later.
CONTENT = (
    "category",
    "title",
    "text",
    "at_building",
    "when",
    "day",
    "weekdays",
    "part_of_day",
    "at_time",
    "languages",
    "minutes",
)


class FiguresDiffer(Exception):
    """The two say different figures: `minutes` is the first's, for the second to agree with or to dispute."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


def _person(label: Any, **kwargs: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=label, **kwargs
    )


def _organization(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        "portal.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Post(AudienceMixin):
    """Help that somebody offers or asks for, on the board until somebody is found, it is taken back, or it runs out.

    `at_building` is where, as far as it is told: without it only the area is. `weekdays` holds those of a weekly one as
    bits (Monday is 1), `languages` codes with spaces around each. `version` counts what was changed.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("offer or request"), max_length=10, choices=Kind.choices)
    category = models.CharField(_("what it is about"), max_length=20, choices=Category.choices)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT, blank=True)
    text = models.TextField(_("what exactly"), max_length=TEXT_LIMIT, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("published by")
    )
    on_behalf_of = _organization(_("in the name of"))
    at_building = models.ForeignKey(
        "portal.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("where")
    )
    when = models.CharField(_("when"), max_length=10, choices=When.choices, default=When.ANY_TIME)
    day = models.DateField(_("day"), null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField(_("days of the week"), default=0)
    part_of_day = models.CharField(_("part of the day"), max_length=10, choices=PartOfDay.choices, blank=True)
    at_time = models.TimeField(_("time"), null=True, blank=True)
    languages = models.CharField(_("languages"), max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField(_("how long"), default=60)
    state = models.CharField(_("state"), max_length=10, choices=PostState.choices, default=PostState.OPEN)
    wants_stand_in = models.BooleanField(_("somebody called off at the last moment"), default=False)
    expires_on = models.DateField(_("on the board until"))
    reminded_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("published on"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    photos = GenericRelation("portal.Photo")
    voice_notes = GenericRelation("portal.VoiceNote")

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer or request")
        verbose_name_plural = _("offers and requests")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["municipality", "state", "-created_at"], name="post_board"),
            models.Index(fields=["municipality", "category", "kind", "state"], name="post_match"),
            models.Index(fields=["building", "state"], name="post_building"),
            models.Index(fields=["state", "expires_on"], name="post_runs_out"),
        ]
        constraints = [
            *AudienceMixin.Meta.constraints,
            models.CheckConstraint(condition=Q(minutes__in=MINUTES), name="post_minutes_are_half_hours"),
            models.CheckConstraint(condition=Q(state__in=PostState.values), name="post_state_is_known"),
            models.CheckConstraint(condition=Q(weekdays__lt=128), name="post_weekdays_are_seven"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:post", args=[self.pk])

    # -- what it says of itself -------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Its title, or one made from what it is about."""
        if self.title:
            return self.title
        return capfirst(str(self.get_category_display()))

    @property
    def icon(self) -> str:
        return Category(self.category).icon

    @property
    def opposite_kind(self) -> Kind:
        return Kind(self.kind).opposite

    @property
    def is_offer(self) -> bool:
        return self.kind == Kind.OFFER

    @property
    def is_open(self) -> bool:
        return self.state == PostState.OPEN and self.expires_on >= timezone.localdate()

    @property
    def runs_out_soon(self) -> bool:
        """Whether it is time to say that it is still right."""
        return self.is_open and self.expires_on <= timezone.localdate() + REMIND_BEFORE

    @property
    def is_sensitive(self) -> bool:
        return self.category in SENSITIVE

    @property
    def author_shown(self) -> str:
        """Who it is, for neighbours: the organization, or a first name."""
        return str(self.on_behalf_of) if self.on_behalf_of else first_name(self.author)

    @property
    def spoken(self) -> tuple[str, ...]:
        return tuple(self.languages.split())

    @property
    def languages_shown(self) -> str:
        return self._named(self.spoken)

    @property
    def second_languages_shown(self) -> str:
        """Those besides Italian, which nearly everybody speaks."""
        return self._named(code for code in self.spoken if code != "it")

    @staticmethod
    def _named(codes: Iterable[str]) -> str:
        names = dict(spoken_languages())
        return listed(names[code] for code in codes if code in names)

    @property
    def weekday_numbers(self) -> list[int]:
        """Monday is 0."""
        return [number for number in range(7) if self.weekdays >> number & 1]

    @property
    def when_shown(self) -> str:
        """In words: "every Tuesday, in the afternoon"."""
        if self.when == When.ONCE and self.day:
            said = weekday(self.day)
        elif self.when == When.WEEKLY:
            said = gettext("every week: %(days)s") % {
                "days": listed(str(WEEKDAYS[n]) for n in self.weekday_numbers)
            }
        else:
            said = str(When.ANY_TIME.label)
        return self._with_time(said)

    @property
    def when_brief(self) -> str:
        """The same in a few letters, for a card that says by a picture whether it is every week."""
        if self.when == When.ONCE and self.day:
            said = short_day(self.day)
        elif self.when == When.WEEKLY:
            said = listed(str(WEEKDAYS[n]) for n in self.weekday_numbers)
        else:
            said = str(When.ANY_TIME.label)
        return self._with_time(said)

    def _with_time(self, said: str) -> str:
        if self.at_time:
            return listed([said, f"{self.at_time:%H:%M}"])
        return listed([said, self.get_part_of_day_display()]) if self.part_of_day else said

    @property
    def where_shown(self) -> str:
        return str(self.at_building or self.municipality)

    @property
    def next_start(self) -> datetime | None:
        """When it could be for the first time; None where nothing is said of it."""
        if self.when == When.ANY_TIME:
            return None
        hour = PartOfDay(self.part_of_day).starts_at if self.part_of_day else 17
        at = self.at_time or time(hour)
        now = timezone.localtime()
        days = [self.day] if self.when == When.ONCE else [now.date() + timedelta(days=n) for n in range(8)]
        for day in filter(None, days):
            start = timezone.make_aware(datetime.combine(day, at))
            fits = self.when == When.ONCE or day.weekday() in self.weekday_numbers
            if fits and start > now:
                return start
        return None

    @property
    def is_found_once(self) -> bool:
        """Whether the first who is accepted is enough. Help that is offered at any time can be given to many."""
        return not (self.is_offer and self.when == When.ANY_TIME)

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    def publish(
        cls, *, by: Any, client_id: Any, kind: str, meant: Any, on_behalf_of: Any = None, **content: Any
    ) -> Post:
        """Put it on the board; however often the phone sends it, it is one.

        `meant` is for whom (`neighbourhood.Meant`). Raises PermissionDenied for an organization that the person does
        not coordinate, ClientIdTaken for the client id of somebody else's post.
        """
        if on_behalf_of is not None and on_behalf_of.pk not in coordinated_by(by):
            raise PermissionDenied
        post = cls(
            client_id=client_id, kind=kind, author=by, on_behalf_of=on_behalf_of, **meant.fields, **content
        )
        post.expires_on = timezone.localdate() + EXPIRES_AFTER
        try:
            with transaction.atomic():
                post.save(force_insert=True)
                record("community.post.published", post, by=by, municipality=post.municipality_id)
        except IntegrityError:
            known = cls.objects.filter(client_id=client_id).first()
            if known is None:
                raise
            if known.author_id != by.pk:
                raise ClientIdTaken from None
            return known
        return post

    @transaction.atomic
    def edit(self, *, by: Any, seen: int | None = None, meant: Any = None, **content: Any) -> None:
        """Write it anew. Raises Overtaken where it was changed from another phone meanwhile."""
        self._lock(by, "community.change_post", seen)
        for name, value in {**(meant.fields if meant else {}), **content}.items():
            setattr(self, name, value)
        self._keep("edited", by=by)

    def pause(self, *, by: Any) -> None:
        """Nobody sees it for a while."""
        self._turn("paused", PostState.PAUSED, by=by, out_of=[PostState.OPEN])

    def resume(self, *, by: Any) -> None:
        """Back on the board, for as long as a new one."""
        sources = [PostState.PAUSED, PostState.FOUND, PostState.EXPIRED]
        self._turn("resumed", PostState.OPEN, by=by, out_of=sources, renews=True)

    def renew(self, *, by: Any) -> None:
        """On the board for as long as a new one. Pressed twice it is renewed once more, which is no harm."""
        self._turn("renewed", PostState.OPEN, by=by, out_of=[PostState.OPEN, PostState.EXPIRED], renews=True)

    def take_back(self, *, by: Any) -> None:
        """It is not needed any more, or was wrong. Also for whoever answers for the area."""
        sources = [PostState.OPEN, PostState.PAUSED, PostState.FOUND, PostState.EXPIRED]
        self._turn("taken_back", PostState.TAKEN_BACK, by=by, out_of=sources)

    @property
    def reportable_author(self) -> Any:
        """Who answers for what stands here (community.safety)."""
        return self.author

    @property
    def reportable_text(self) -> str:
        return self.text

    @property
    def was_taken_off(self) -> bool:
        """Whether somebody else than its author took it back. Asks only where it was taken back at all."""
        if self.state != PostState.TAKEN_BACK:
            return False
        last = history_of(self).filter(kind="community.post.taken_back").last()
        return last is not None and last.actor_id != self.author_id

    def hide(self, *, by: Any) -> None:
        """Whoever answers for the area takes it off the board."""
        self.take_back(by=by)

    @transaction.atomic
    def restore(self, *, by: Any) -> None:
        """It was taken off by mistake: back on the board, for as long as a new one. What its author took back stays."""
        if not self.was_taken_off:
            return
        renewed = timezone.localdate() + EXPIRES_AFTER
        taken_back = Post.objects.filter(pk=self.pk, state=PostState.TAKEN_BACK)
        if taken_back.update(state=PostState.OPEN, expires_on=renewed, version=F("version") + 1):
            record("community.post.resumed", self, by=by, municipality=self.municipality_id)

    def expire(self) -> None:
        self._turn("expired", PostState.EXPIRED, by=None, out_of=[PostState.OPEN, PostState.PAUSED])

    @transaction.atomic
    def remind(self) -> None:
        """Say once that it will leave the board."""
        if Post.objects.filter(pk=self.pk, reminded_at=None).update(reminded_at=timezone.now()):
            record("community.post.runs_out", self, municipality=self.municipality_id)

    @transaction.atomic
    def find_somebody(self) -> None:
        """An exchange was agreed on: what one person does needs no other. Called in that exchange's transaction."""
        if self.is_found_once:
            Post.objects.filter(pk=self.pk, state=PostState.OPEN).update(
                state=PostState.FOUND, wants_stand_in=False, version=F("version") + 1
            )
            self.refresh_from_db()

    def look_again(self, *, by: Any, stand_in: bool) -> None:
        """What was agreed on was called off by the other: back on the board, and those whom it fits hear of it."""
        fact = "stand_in_wanted" if stand_in else "resumed"
        renewed = timezone.localdate() + EXPIRES_AFTER
        self._is_free(PostState.OPEN, fact, by=by, wants_stand_in=stand_in, expires_on=renewed)

    def rest(self, *, by: Any) -> None:
        """Nothing comes of what was agreed on, and only its author knows whether to put it back on the board."""
        self._is_free(PostState.PAUSED, "paused", by=by)

    @transaction.atomic
    def _is_free(self, target: PostState, fact: str, *, by: Any, **fields: Any) -> None:
        found = Post.objects.filter(pk=self.pk, state=PostState.FOUND)
        if found.update(state=target, version=F("version") + 1, **fields):
            self.refresh_from_db()
            record(f"community.post.{fact}", self, by=by, municipality=self.municipality_id)

    def _turn(
        self, fact: str, target: PostState, *, by: Any, out_of: list[PostState], renews: bool = False
    ) -> None:
        with transaction.atomic():
            self._lock(
                by, "community.take_back_post" if fact == "taken_back" else "community.change_post", None
            )
            if self.state == target and not renews:
                return  # pressed twice
            if self.state not in out_of:
                raise workflow.NotNow(
                    gettext("This cannot be done now: it is “%(state)s”.")
                    % {"state": self.get_state_display()}
                )
            self.state = target
            if renews:
                self.expires_on, self.reminded_at = timezone.localdate() + EXPIRES_AFTER, None
            self._keep(fact, by=by)

    def _lock(self, by: Any, permission: str, seen: int | None) -> None:
        self.refresh_from_db(from_queryset=Post.objects.select_for_update(of=("self",)))
        if by is not None and not by.has_perm(permission, self):
            raise PermissionDenied
        if seen is not None and seen != self.version:
            raise workflow.Overtaken(
                gettext(
                    "This was changed meanwhile, perhaps from another phone. Look at it, then write it anew."
                )
            )

    def _keep(self, fact: str, *, by: Any) -> None:
        self.version += 1
        self.save()
        record(f"community.post.{fact}", self, by=by, municipality=self.municipality_id)


class Interest(models.Model):
    """What somebody said on the first day: what they could give or use, and when they mostly have time."""

    class Side(models.TextChoices):
        GIVE = "give", _("could give")
        USE = "use", _("could use")
        TIME = "time", _("has time")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    side = models.CharField(_("could give or use"), max_length=4, choices=Side.choices)
    what = models.CharField(_("what"), max_length=20, choices=[*Category.choices, *FreeTime.choices])

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        ordering = ["person", "side", "what"]
        constraints = [
            models.UniqueConstraint(fields=["person", "side", "what"], name="interest_said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.get_what_display()}"

    @classmethod
    @transaction.atomic
    def say(cls, person: Any, side: str, what: list[str]) -> None:
        """All that somebody says of one side; what they said of it before is forgotten."""
        cls.objects.filter(person=person, side=side).exclude(what__in=what).delete()
        cls.objects.bulk_create(
            [cls(person=person, side=side, what=one) for one in what], ignore_conflicts=True
        )


class Exchange(models.Model):
    """One help between two: from the question to the thanks. `workflow.py` holds what may happen to it.

    `title` is what its author has written; without one it is called by its category, in the reader's language.
    `giver` and `receiver` are the two who deal with it; where one of them does so for an organization, the hours are
    that one's. `asked_by` answered the post. `giver_minutes` and `receiver_minutes` are what each of the two has said,
    `stated_side` who said it last ("" is nobody), `booked_minutes` what stands in the books. Of a help that comes
    round, each week is an exchange that `follows` the one before. `reason` is why it was called off or is disputed, and
    `reason_side` which of the two wrote it ("" is whoever answers for the area); `answer` is how the other sees it,
    `decision` why it was settled so. `reminders` counts those since it is where it is; of a dispute the one after the
    last is that it was passed on to the agency.
    `version` counts the steps: a page carries the one it was drawn with.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    post = models.ForeignKey(
        Post, models.SET_NULL, null=True, related_name="exchanges", verbose_name=_("post")
    )
    follows = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="followed_by", verbose_name=_("follows")
    )
    municipality = models.ForeignKey(
        "portal.Municipality", models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    category = models.CharField(_("what it is about"), max_length=20, choices=Category.choices)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT, blank=True)
    giver = _person(_("gives"))
    receiver = _person(_("receives"))
    giver_organization = _organization(_("organization that gives"))
    receiver_organization = _organization(_("organization that receives"))
    asked_by = _person(_("asked by"))
    message = models.TextField(_("words with the question"), max_length=NOTE_LIMIT, blank=True)
    starts_at = models.DateTimeField(_("when"), null=True, blank=True)
    place = models.CharField(_("where you meet"), max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(_("how long"))
    is_weekly = models.BooleanField(_("every week"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PROPOSED)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    giver_minutes = models.PositiveSmallIntegerField(_("how long, says who gave"), null=True, blank=True)
    receiver_minutes = models.PositiveSmallIntegerField(
        _("how long, says who received"), null=True, blank=True
    )
    stated_side = models.CharField(max_length=8, blank=True, editable=False)
    booked_minutes = models.PositiveSmallIntegerField(_("hours in the books"), null=True, blank=True)
    # Since when: the figures of the last days go by it. Those of quarters go by the journal.
    booked_at = models.DateTimeField(_("in the books since"), null=True, blank=True, editable=False)
    reason = models.TextField(_("reason"), max_length=NOTE_LIMIT, blank=True)
    reason_side = models.CharField(max_length=8, blank=True, editable=False)
    answer = models.TextField(_("how the other sees it"), max_length=NOTE_LIMIT, blank=True)
    decision = models.TextField(_("why it was settled so"), max_length=NOTE_LIMIT, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    thanks = models.TextField(pgettext_lazy("words of", "thanks"), max_length=NOTE_LIMIT, blank=True)
    was_late = models.BooleanField(_("called off at the last moment"), default=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["giver", "state"], name="exchange_giver_state"),
            models.Index(fields=["receiver", "state"], name="exchange_receiver_state"),
            models.Index(fields=["municipality", "state"], name="exchange_area_state"),
            models.Index(fields=["state", "state_since"], name="exchange_state_since"),
            models.Index(fields=["booked_at"], name="exchange_booked_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="exchange_state_is_known"),
            models.CheckConstraint(condition=Q(minutes__in=MINUTES), name="exchange_minutes_are_half_hours"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="exchange_is_between_two"),
            models.CheckConstraint(
                condition=~Q(state__in=HELD) | Q(booked_minutes__isnull=False, booked_at__isnull=False),
                name="exchange_held_is_booked",
            ),
            models.CheckConstraint(
                condition=Q(booked_minutes=None) | Q(booked_minutes__in=[0, *MINUTES]),
                name="exchange_booked_half_hours",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE)
                | Q(stated_side="giver", giver_minutes__isnull=False)
                | Q(stated_side="receiver", receiver_minutes__isnull=False),
                name="exchange_done_says_how_long",
            ),
            models.UniqueConstraint(
                fields=["post", "asked_by"], condition=Q(state=State.PROPOSED), name="exchange_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title or capfirst(str(self.get_category_display()))

    def get_absolute_url(self) -> str:
        return reverse("community:exchange", args=[self.pk])

    # -- what it says of itself -------------------------------------------------------------------------------------

    def get_state_display(self) -> str:
        return State(self.state).shown

    @property
    def icon(self) -> str:
        return Category(self.category).icon

    @property
    def is_past(self) -> bool:
        """Its time has come."""
        return self.starts_at is not None and self.has_begun

    @property
    def has_begun(self) -> bool:
        """Whether it may have been done: where no time was agreed on, nobody knows better than the two."""
        return self.starts_at is None or self.starts_at <= timezone.now()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def waits_for_other(self) -> bool:
        """Whether it is the other's turn, for whoever can do nothing now; where staff decides it is neither's."""
        return self.is_live and self.state not in (State.TO_APPROVE, State.DISPUTED)

    @property
    def is_passed_on(self) -> bool:
        """Whether the agency settles it, because whoever answers for the area has let it lie."""
        return self.state == State.DISPUTED and self.reminders > len(REMIND_AFTER)

    @property
    def is_agreed(self) -> bool:
        """Both have said yes: where they meet is told to the two."""
        return self.state in AGREED

    @property
    def is_sensitive(self) -> bool:
        return self.category in SENSITIVE

    @property
    def giving_party(self) -> Any:
        """Whose hours grow."""
        return self.giver_organization or self.giver

    @property
    def receiving_party(self) -> Any:
        return self.receiver_organization or self.receiver

    @property
    def would_be_late(self) -> bool:
        """Whether calling it off now leaves the other without help."""
        return self.starts_at is not None and self.starts_at - timezone.now() < LATE_WITHIN

    @property
    def was_left_late(self) -> bool:
        """Whether whoever was to help has called it off at the last moment."""
        return self.state == State.CANCELLED and self.was_late and self.reason_side == "giver"

    @property
    def stated_minutes(self) -> int | None:
        """What was said last, for the other to agree with."""
        return self.minutes_said_by(self.stated_side)

    def minutes_said_by(self, side: str) -> int | None:
        """How long it was, as one of the two has said; None where they have not, and for whoever takes no part."""
        return {"giver": self.giver_minutes, "receiver": self.receiver_minutes}.get(side)

    @property
    def author_side(self) -> str:
        """On which side stands who published what was answered."""
        return "receiver" if self.asked_by_id and self.asked_by_id == self.giver_id else "giver"

    def side_of(self, user: Any) -> str:
        """ "giver", "receiver", or "" for whoever takes no part."""
        if user.pk is None or not user.is_active:
            return ""
        if user.pk in (self.giver_id, self.receiver_id):
            return "giver" if user.pk == self.giver_id else "receiver"
        if self.giver_organization_id in coordinated_by(user):
            return "giver"
        return "receiver" if self.receiver_organization_id in coordinated_by(user) else ""

    def parties(self) -> set[int]:
        """Ids of all who stand on one of its sides (`side_of`): none of them decides about it."""
        organizations = [pk for pk in (self.giver_organization_id, self.receiver_organization_id) if pk]
        coordinators = get_user_model().objects.filter(
            organization_memberships__organization__in=organizations,
            organization_memberships__until=None,
            organization_memberships__is_coordinator=True,
        )
        acting = coordinators.values_list("pk", flat=True) if organizations else ()
        return {pk for pk in (self.giver_id, self.receiver_id, *acting) if pk}

    def other_than(self, user: Any) -> Any:
        """Whom somebody deals with: the other party."""
        return self.receiving_party if self.side_of(user) == "giver" else self.giving_party

    def shown_to(self, user: Any) -> str:
        """The other's name: the first one until both have said yes."""
        other = self.other_than(user)
        if other is None:
            return gettext("Somebody")
        is_person = isinstance(other, get_user_model())
        return first_name(other) if is_person and not self.is_agreed else str(other)

    def title_for(self, reader: Any) -> str:
        """What it is called in the reader's lists: with whom, then what."""
        if not self.side_of(reader):
            return str(self)
        return " · ".join(map(isolated, (self.shown_to(reader), str(self))))

    def told_in_statement(self, reader: Any) -> str:
        """The hours that it moved, to one of the two (time_bank/statements.py)."""
        return telling.booked(self, reader)

    def is_first_contact(self) -> bool:
        """Whether the two have never given each other anything."""
        if self.giver_id is None or self.receiver_id is None:
            return False
        before = Exchange.objects.between(self.giver_id, self.receiver_id).agreed().exclude(pk=self.pk)
        return not before.exists()

    @property
    def conversation_is_over(self) -> bool:
        """Nothing is open between the two any more: what was said is still theirs to read, and to report."""
        return self.state not in (*AGREED, State.PROPOSED, State.TO_APPROVE)

    facts_in_conversation = frozenset(
        f"community.exchange.{fact}"
        for fact in (
            *("accepted", "approved", "refused", "scheduled", "skipped", "came_round", "done", "undone"),
            *("confirmed", "disputed", "settled", "thanked", "thanked_back"),
            *("cancelled", "cancelled_late", "closed", "ended"),
        )
    )

    def people_in_conversation(self) -> list[Any]:
        return [person for person in (self.giver, self.receiver) if person is not None]

    def decision_of(self, user: Any) -> Any | None:
        """The fact of the decision that stands, for whoever has taken it for the area; None for everybody else."""
        facts = [workflow.fact(verb) for verb in workflow.OF_STEWARD]
        last = history_of(self).filter(kind__in=facts).order_by("-id").first()
        return last if last is not None and last.actor_id == user.pk else None

    def reportable_author_for(self, user: Any) -> Any:
        """Each of the two may report the other (community.safety)."""
        return {"giver": self.receiver, "receiver": self.giver}.get(self.side_of(user))

    def reportable_text_for(self, user: Any) -> str:
        """What the other of the two has written: nobody reports their own words."""
        other = {"giver": "receiver", "receiver": "giver"}.get(self.side_of(user))
        if other is None:
            return ""
        words = [
            self.message if other != self.author_side else "",
            self.reason if other == self.reason_side else "",
            self.answer if self.reason_side and other != self.reason_side else "",
            self.thanks if other == "receiver" else "",
        ]
        return "\n\n".join(filter(None, words))

    def steps_for(self, user: Any) -> list[workflow.Transition]:
        """What this person may do now, first what mostly comes next."""
        steps = workflow.possible(self.state)
        if not self.has_begun:
            steps = (step for step in steps if step.verb not in workflow.ONCE_BEGUN)
        return [step for step in steps if self.may(step.verb, user)]

    def may(self, verb: str, user: Any) -> bool:
        return user.has_perm(f"community.{verb}_exchange", self)

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    def propose(
        cls,
        post: Post,
        *,
        by: Any,
        client_id: Any,
        minutes: int | None = None,
        starts_at: datetime | None = None,
        message: str = "",
        for_organization: Any = None,
    ) -> Exchange:
        """Somebody answers a post; however often the phone sends it, and while the answer waits, it is one.

        Raises PermissionDenied, NotNow where it is not on the board any more, ClientIdTaken for somebody else's client
        id, NoRoom where the books do not allow it.
        """
        if known := cls.objects.filter(client_id=client_id).first():
            if known.asked_by_id != by.pk:
                raise ClientIdTaken
            return known
        if for_organization is not None and for_organization.pk not in coordinated_by(by):
            raise PermissionDenied
        with transaction.atomic():
            post = Post.objects.select_for_update().get(pk=post.pk)
            if waiting := post.exchanges.filter(asked_by=by, state=State.PROPOSED).first():
                return waiting
            if not post.is_open:
                raise workflow.NotNow(
                    gettext("This is not on the board any more. Perhaps somebody was quicker.")
                )
            if not by.has_perm("community.answer_post", post):
                raise PermissionDenied
            theirs = {"giver": post.author, "giver_organization": post.on_behalf_of}
            mine = {"receiver": by, "receiver_organization": for_organization}
            if not post.is_offer:
                theirs = {"receiver": post.author, "receiver_organization": post.on_behalf_of}
                mine = {"giver": by, "giver_organization": for_organization}
            exchange = cls(
                client_id=client_id,
                post=post,
                municipality_id=post.municipality_id,
                category=post.category,
                title=post.title,
                asked_by=by,
                message=message,
                starts_at=starts_at or post.next_start,
                minutes=minutes or post.minutes,
                is_weekly=post.when == When.WEEKLY,
                **theirs,
                **mine,
            )
            hours.check(exchange, exchange.minutes)
            exchange.save(force_insert=True)
            exchange._tell("community.exchange.proposed", by=by)
            return exchange

    def accept(self, *, by: Any, seen: int | None = None, place: str = "") -> None:
        """Who published says yes. Sensitive help waits for staff, unless who gives it is known to them."""
        with transaction.atomic():
            self._can_still_be_agreed()
            if self._step("accept", by=by, seen=seen, place=place) and self.post is not None:
                self.post.find_somebody()

    def _can_still_be_agreed(self) -> None:
        """Raises NotNow where the post is gone, somebody else was found for it, or a block stands between the two.

        The post is locked: of two questions that are accepted at once the second learns what the first did.
        """
        post = Post.objects.select_for_update(of=("self",)).filter(pk=self.post_id).first()
        if not Exchange.objects.filter(pk=self.pk, state=State.PROPOSED).exists():
            return  # pressed twice: the step itself says what there is to say
        if post is not None and post.state in (PostState.TAKEN_BACK, PostState.FOUND):
            raise workflow.NotNow(
                gettext("This cannot be agreed on any more: it is “%(state)s”.")
                % {"state": post.get_state_display()}
            )
        if not may_reach(self.giver, self.receiver):
            raise workflow.NotNow(gettext("This cannot be agreed on any more."))

    def decline(self, *, by: Any, seen: int | None = None) -> None:
        self._step("decline", by=by, seen=seen)

    def withdraw(self, *, by: Any, seen: int | None = None) -> None:
        self._step("withdraw", by=by, seen=seen)

    def lapse(self) -> None:
        """Nobody has answered for ANSWER_WITHIN."""
        self._end_by("lapse")

    def approve(self, *, by: Any, seen: int | None = None) -> None:
        """Staff agrees to sensitive help."""
        self._step("approve", by=by, seen=seen)

    @transaction.atomic
    def refuse(self, *, by: Any, reason: str, seen: int | None = None) -> None:
        """Staff does not agree. Both read why; what was published is on the board again."""
        if self._step("refuse", by=by, seen=seen, reason=reason, reason_side="") and self.post is not None:
            self.post.look_again(by=by, stand_in=False)

    def schedule(self, *, by: Any, starts_at: datetime, place: str = "", seen: int | None = None) -> None:
        """One of the two writes the day and the place; the other hears of it."""
        self._step("schedule", by=by, seen=seen, starts_at=starts_at, place=place)

    def skip(self, *, by: Any, seen: int | None = None) -> None:
        """Not this week: the next one."""
        self._step("skip", by=by, seen=seen, starts_at=_a_week_later(self.starts_at))

    def done(self, *, by: Any, minutes: int, seen: int | None = None) -> None:
        """One of the two says that it was done, and how long it took; or, to what the other has said, that it took
        another time: then it is the other's to confirm."""
        side = self.side_of(by) or "giver"
        self._step("done", by=by, seen=seen, stated_side=side, **{f"{side}_minutes": minutes})

    def undo(self, *, by: Any, seen: int | None = None) -> None:
        """Whoever said so was mistaken: it is not done yet."""
        self._step("undo", by=by, seen=seen, stated_side="", giver_minutes=None, receiver_minutes=None)

    @transaction.atomic
    def confirm(self, *, by: Any, minutes: int, seen: int | None = None) -> None:
        """The second says so too, and the hours go into the books, once.

        Raises FiguresDiffer where the second's figure is another, NoRoom where the books do not allow it; then
        nothing has changed.
        """
        side = self.side_of(by)
        if not self._step("confirm", by=by, seen=seen, **{f"{side}_minutes": minutes}):
            return
        if self.giver_minutes != self.receiver_minutes:
            raise FiguresDiffer(self.minutes_said_by("giver" if side == "receiver" else "receiver"))
        hours.book(self, self.booked_minutes, by=by)
        if self.is_weekly:
            self._come_round()

    @transaction.atomic
    def dispute(self, *, by: Any, reason: str, seen: int | None = None) -> None:
        """They do not agree: whoever answers for the area looks at it with them, and the other says how they see it."""
        if self._step("dispute", by=by, seen=seen, reason=reason, reason_side=self.side_of(by), answer=""):
            self._tell("community.exchange.reply_wanted", by=by)

    def reply(self, *, by: Any, answer: str, seen: int | None = None) -> None:
        """How the other of the two sees it."""
        self._step("reply", by=by, seen=seen, answer=answer)

    @transaction.atomic
    def settle(self, *, by: Any, minutes: int, decision: str, seen: int | None = None) -> None:
        """Whoever answers for the area says how long it was (0 is not at all), and both read why.

        What was booked before is taken back.
        """
        self._lock()
        was_booked = self.booked_minutes
        if not self._step("settle", by=by, seen=seen, booked_minutes=minutes, decision=decision):
            return
        if self.is_weekly and self.post is not None and not Exchange.objects.filter(follows=self).exists():
            self.post.rest(by=None)  # two who did not agree are not sent to each other again unasked
        if was_booked == minutes:
            return
        if was_booked:
            hours.take_back(self)
        if minutes:
            hours.book(self, minutes, by=by, settled=bool(was_booked))

    def thank(self, *, by: Any, words: str = "", seen: int | None = None) -> None:
        self._step("thank", by=by, seen=seen, thanks=words)

    def thank_back(self, *, by: Any, seen: int | None = None) -> None:
        """Whoever gave says thank you too, for the time together: a fact without words, and nothing else changes."""
        self._step("thank_back", by=by, seen=seen)

    @transaction.atomic
    def cancel(self, *, by: Any, reason: str, seen: int | None = None) -> None:
        """One of the two calls it off. Late, the other hears at once, and a request looks for somebody else."""
        late = self.would_be_late
        why = {"reason": reason, "reason_side": self.side_of(by)}
        if not self._step("cancel", by=by, seen=seen, was_late=late, **why) or self.post is None:
            return
        if self.side_of(by) == self.author_side:
            self.post.rest(by=by)
        else:
            self.post.look_again(by=by, stand_in=late and not self.post.is_offer)

    def close(self) -> None:
        """Nobody has said for CONFIRM_WITHIN that it was done, or only one: nothing is booked. Both may still ask
        whoever answers for the area to look at it."""
        self._end_by("close")

    def end(self) -> None:
        """One of the two is gone, or kept apart from the other: nothing comes of it any more."""
        self._end_by("end")

    @transaction.atomic
    def _end_by(self, verb: str) -> None:
        """The portal ends it. For what was agreed on somebody else may be looked for, if its author wants to."""
        self._lock()
        was_agreed = self.state in (State.TO_APPROVE, State.ACCEPTED, State.SCHEDULED)
        # Of a help that comes round nothing follows any more, unless the week after stands already.
        stops = self.is_weekly and self.state in (State.DONE, State.DISPUTED)
        stops = stops and not Exchange.objects.filter(follows=self).exists()
        self._step(verb, by=None)
        if (was_agreed or stops) and self.post is not None:
            self.post.rest(by=None)

    @transaction.atomic
    def remind(self) -> None:
        """Say once more what this waits for. Two who do it at once say it once."""
        same = Exchange.objects.filter(pk=self.pk, version=self.version, reminders=self.reminders)
        if same.update(reminders=self.reminders + 1):
            waits_for = {State.DONE: "confirm_wanted", State.DISPUTED: "settlement_wanted"}
            fact = waits_for.get(State(self.state), "outcome_wanted")
            if self.starts_at is None and self.state == State.ACCEPTED:
                fact = "day_wanted"
            self._tell(f"community.exchange.{fact}", by=None)

    @transaction.atomic
    def pass_on(self) -> None:
        """The agency's caseworkers settle what the area's coordinators let lie; these may still do it before them.
        Where the caseworkers answer for the area themselves nothing changes."""
        if not coordinators_for(self.municipality_id, but=self.parties()).exists():
            return
        same = Exchange.objects.to_pass_on().filter(pk=self.pk, version=self.version)
        if same.update(reminders=len(REMIND_AFTER) + 1):
            self._tell("community.exchange.passed_on", by=None)

    # -- how it steps -----------------------------------------------------------------------------------------------

    @transaction.atomic
    def _step(self, verb: str, *, by: Any, seen: int | None = None, **fields: Any) -> bool:
        """One way for every change: lock, ask the workflow and the rules, save, state the fact.

        `by` None is the portal itself. Returns False where the person has taken this step already and the phone sends
        it again. Raises TransitionError or PermissionDenied, and then nothing has changed.
        """
        self._lock()
        if seen is not None and seen != self.version:
            if self._was_taken(verb, by):
                return False
            raise workflow.Overtaken(self._what_happened(by))
        step = workflow.transition(self.state, verb)
        if by is not None and not self.may(verb, by):
            raise PermissionDenied
        if verb in workflow.ONCE_BEGUN and not self.has_begun:
            raise workflow.TooEarly(self.when_to_say_so)
        if verb in workflow.WORDS_OF and not str(fields[workflow.WORDS_OF[verb]]).strip():
            raise workflow.ReasonMissing(gettext("Write why: the other wants to know."))
        stated = {}
        if "starts_at" in fields:
            is_other_place = fields.get("place", self.place) != self.place
            stated = appointing.stated(
                starts_at=fields["starts_at"], was=self.starts_at, is_other_place=is_other_place
            )
            if fields["starts_at"] != self.starts_at:
                self.reminders = 0
        for name, value in fields.items():
            setattr(self, name, value)
        target = self._lands_on(step)
        if target != self.state:
            self.state, self.state_since, self.reminders = target, timezone.now(), 0
        if verb == "confirm":
            self.booked_minutes = (
                fields["giver_minutes"] if "giver_minutes" in fields else fields["receiver_minutes"]
            )
        if self.booked_minutes is not None and self.booked_at is None:
            self.booked_at = timezone.now()
        self.version += 1
        self.save()
        self._tell(self._fact(verb), by=by, **stated)
        return True

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=Exchange.objects.select_for_update(of=("self",)))

    def _lands_on(self, step: workflow.Transition) -> State:
        """Sensitive help waits for staff; a day that was asked for is agreed on with the yes."""
        if step.verb == "accept" and self.needs_approval:
            return State.TO_APPROVE
        if step.verb == "undo" and self.starts_at is None:
            return State.ACCEPTED
        if step.target == State.ACCEPTED and self.starts_at and self.starts_at > timezone.now():
            return State.SCHEDULED
        return step.target

    @property
    def when_to_say_so(self) -> str:
        """From when on it can be said that it is done."""
        return gettext("It is set for %(day)s. From then on you can say here that it is done.") % {
            "day": appointing.in_words(self.starts_at)
        }

    @property
    def needs_approval(self) -> bool:
        """Staff agrees first to help for children, the elderly and with keys; not where they know who gives it."""
        return self.is_sensitive and not (self.giver is not None and self.giver.may_help_sensitively())

    def _fact(self, verb: str) -> str:
        if verb == "accept" and self.state == State.TO_APPROVE:
            return f"community.exchange.{workflow.TO_APPROVE}"
        if verb == "cancel" and self.was_late:
            return f"community.exchange.{workflow.LATE}"
        return workflow.fact(verb)

    def _tell(self, kind: str, *, by: Any, **stated: Any) -> None:
        record(
            kind,
            self,
            by=by,
            municipality=self.municipality_id,
            giver=self.giver_id,
            receiver=self.receiver_id,
            **stated,
        )

    def _was_taken(self, verb: str, by: Any) -> bool:
        """Whether the last thing that happened is this person's own step of that name."""
        # What is stated along with a dispute is no step of its own.
        own_steps = history_of(self).exclude(kind="community.exchange.reply_wanted")
        last = own_steps.order_by("-id").first()
        return by is not None and last is not None and (last.kind, last.actor_id) == (self._fact(verb), by.pk)

    def _what_happened(self, by: Any) -> str:
        last = history_of(self).select_related("actor").order_by("-id").first()
        said = ""
        if last is not None and last.declaration:
            said = str(last.declaration.sentence) % {"actor": first_name(last.actor)}
        return gettext(
            "Something happened meanwhile: %(what)s. Look at where it stands now, then decide again."
        ) % {"what": said}

    def _come_round(self) -> None:
        """The week after, as agreed, unless what was published is gone, one of the two is, or they are kept apart."""
        stands = self.post is not None and self.post.state == PostState.FOUND
        if not stands or self.giver is None or self.receiver is None:
            return
        if not may_reach(self.giver, self.receiver):
            self.post.rest(by=None)
            return
        following = Exchange(
            client_id=uuid.uuid5(self.client_id, "the week after"),
            follows=self,
            state=State.SCHEDULED,
            starts_at=_a_week_later(self.starts_at),
            **{
                name: getattr(self, name)
                for name in (
                    *("post", "municipality", "category", "title", "giver", "receiver", "giver_organization"),
                    *("receiver_organization", "asked_by", "place", "minutes", "is_weekly"),
                )
            },
        )
        following.save(force_insert=True)
        following._tell("community.exchange.came_round", by=None)


def _a_week_later(start: datetime | None) -> datetime:
    """The same hour of the same day of the week, in a week that has not begun."""
    local = timezone.localtime(start or timezone.now())
    day: date = local.date() + WEEK
    while day <= timezone.localdate():
        day += WEEK
    return timezone.make_aware(datetime.combine(day, local.time()))
