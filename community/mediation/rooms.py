"""The rooms of a case: one for each party with the mediators, one for all, and the mediators' notes.

What is said in a room is read by those who belong into it and by nobody else: `visible_to` and the rules say it once,
and views, files, live topics and counts ask them. A room that is closed to somebody is missing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.keys import AlreadySent, ClientIdTaken
from portal.events import record
from portal.sealing import SealedTextField

from .models import Case, Mediator, Party
from .words import TALKING, RoomKind
from .workflow import NotPossible


class RoomQuerySet(models.QuerySet):
    def belonging_to(self, user) -> RoomQuerySet:
        """The rooms that are there for somebody who is in their case now: open or closed."""
        if not user.is_authenticated:
            return self.none()
        mine = Party.objects.filter(person=user).in_it()
        mediated = Mediator.objects.filter(person=user).assigned()
        return self.filter(
            Q(case__in=mediated.values("case"))
            | Q(kind=RoomKind.JOINT, case__in=mine.values("case"))
            | Q(kind=RoomKind.PRIVATE, party__in=mine.values("pk"))
        )

    def visible_to(self, user) -> RoomQuerySet:
        """The rooms that somebody may enter now; agrees with the rule community.view_room.

        Once its party has stopped, a private room is closed to the mediators as well: nobody reads on in it, but for
        whoever opens the case by breaking the glass.
        """
        return self.belonging_to(user).filter(
            Q(party=None) | Q(party__in=Party.objects.in_it().values("pk")),
            case__state__in=TALKING,
        )

    def with_news_for(self, user) -> RoomQuerySet:
        """With `unread`, how many words somebody has not read in it."""
        mark = RoomMark.objects.filter(room=OuterRef("pk"), person=user)
        return self.annotate(unread=F("last_number") - Coalesce(Subquery(mark.values("number")[:1]), 0))


class Room(models.Model):
    """Where words are said. `last_number` counts them without gaps, under the row's lock."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="rooms", verbose_name=gettext_lazy("mediation")
    )
    kind = models.CharField(gettext_lazy("kind"), max_length=7, choices=RoomKind.choices)
    party = models.OneToOneField(
        Party, models.CASCADE, null=True, related_name="room", verbose_name=gettext_lazy("party")
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("room of a mediation")
        verbose_name_plural = gettext_lazy("rooms of mediations")
        ordering = ["-kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(kind=RoomKind.PRIVATE),
                name="one_joint_room_and_one_for_notes",
            ),
            models.CheckConstraint(
                condition=Q(kind=RoomKind.PRIVATE, party__isnull=False)
                | ~Q(kind=RoomKind.PRIVATE) & Q(party=None),
                name="a_private_room_is_a_partys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("community:mediation_room", args=[self.pk])

    @classmethod
    def open_all(cls, case: Case) -> None:
        """The rooms of a case in which all have said yes; those that are there already stay."""
        for kind in (RoomKind.JOINT, RoomKind.NOTES):
            cls.objects.get_or_create(case=case, kind=kind)
        for party in case.parties.in_it():
            cls.objects.get_or_create(case=case, kind=RoomKind.PRIVATE, party=party)

    def people(self) -> list[Any]:
        """Those who may enter it now."""
        if self.case.state not in TALKING:
            return []
        there = [row.person for row in self.case.mediators.assigned().select_related("person")]
        if self.kind != RoomKind.NOTES:
            parties = self.case.parties.in_it().select_related("person")
            if self.kind == RoomKind.PRIVATE:
                parties = parties.filter(pk=self.party_id)
                if not parties:
                    return []
            there += [party.person for party in parties]
        return [person for person in there if person is not None]

    @transaction.atomic
    def say(self, *, by: Any, client_id: UUID, text: str) -> Word:
        """Somebody says something; however often the phone sends it, it is said once.

        Raises PermissionDenied for who may not enter (any more), ClientIdTaken or AlreadySent for a client id that the
        person has used. Files are claimed for the word by its form.
        """
        self.case._locked()
        room = self._locked()
        if not by.has_perm("community.view_room", room):
            raise PermissionDenied
        if known := Word.objects.filter(author=by, client_id=client_id).select_related("room__case").first():
            if known.room_id != room.pk:
                raise ClientIdTaken
            if known.text != text:
                raise AlreadySent(known)
            return known
        word = room._add(by=by, client_id=client_id, text=text)
        room.read_by(by, word.number)
        return word

    def read_by(self, person: Any, number: int) -> None:
        """Somebody has read up to that word; a page that arrives late takes nothing back."""
        number = min(number, self.last_number)
        mark, created = RoomMark.objects.get_or_create(room=self, person=person, defaults={"number": number})
        if not created:
            RoomMark.objects.filter(pk=mark.pk, number__lt=number).update(number=number)

    def _locked(self) -> Room:
        """The row as it stands, with its case, while the others wait. Under the case's lock; see `Case._locked`."""
        rooms = Room.objects.select_for_update(of=("self",), no_key=True)
        return rooms.select_related("case").get(pk=self.pk)

    def _add(self, *, by: Any, client_id: UUID, text: str, carried_from: Word | None = None) -> Word:
        """In the caller's transaction, under the locks of the case and of the room."""
        self.last_number += 1
        self.save(update_fields=["last_number"])
        word = Word(
            room=self,
            number=self.last_number,
            author=by,
            client_id=client_id,
            text=text,
            carried_from=carried_from,
        )
        word.save(force_insert=True)
        record("community.mediation.said", self.case, by=by, room=str(self.pk), number=word.number)
        return word


class WordQuerySet(models.QuerySet):
    def visible_to(self, user) -> WordQuerySet:
        """What is said in the rooms that somebody may enter; agrees with the rule community.view_word."""
        return self.filter(room__in=Room.objects.visible_to(user))

    def with_all(self) -> WordQuerySet:
        return self.select_related("room__case", "author", "carrying__carried").prefetch_related(
            "photos", "voice_notes"
        )

    def before(self, number: int) -> WordQuerySet:
        return self.filter(number__lt=number)

    def since(self, number: int) -> WordQuerySet:
        return self.filter(number__gt=number)


class Word(models.Model):
    """What somebody has said in a room: text, photos, a voice note; all of it sealed with the case's key."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="words", verbose_name=gettext_lazy("room"))
    number = models.PositiveIntegerField(editable=False)
    client_id = models.UUIDField(gettext_lazy("client id of the form"), editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("said by"),
    )
    text = SealedTextField(gettext_lazy("text"), sealed_by="room.case.key", null=True)
    said_at = models.DateTimeField(gettext_lazy("said at"), default=timezone.now, editable=False)
    carried_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, editable=False, related_name="carried_to"
    )

    photos = GenericRelation("portal.Photo")
    voice_notes = GenericRelation("portal.VoiceNote")

    objects = WordQuerySet.as_manager()

    @property
    def sealed_with(self) -> UUID:
        return self.room.case.key

    class Meta:
        verbose_name = gettext_lazy("word of a mediation")
        verbose_name_plural = gettext_lazy("words of mediations")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="word_number_once"),
            models.UniqueConstraint(fields=["author", "client_id"], name="word_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room} · {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('community:mediation_room', args=[self.room_id])}#w{self.number}"

    @property
    def is_partys_own(self) -> bool:
        """Said in a private room by the one whose room it is; only that is carried."""
        party = self.room.party
        return party is not None and self.author_id is not None and self.author_id == party.person_id

    @transaction.atomic
    def forget(self) -> None:
        """What was said goes, files and all, with the name; that something was said stays."""
        self.photos.all().delete()
        self.voice_notes.all().delete()
        self.text, self.author = None, None  # that takes no key: it may be destroyed already
        self.save(update_fields=["text", "author"])

    @transaction.atomic
    def ask_to_carry(self, *, by: Any) -> Carrying:
        """A mediator would like to say it in the room of all; its author is asked. Asked twice it is one question."""
        self._locked_for_carrying(by, "ask_to_carry_word")
        carrying, created = Carrying.objects.get_or_create(word=self, defaults={"asked_by": by})
        if created:
            record(
                "community.mediation.carrying_asked",
                self.room.case,
                by=by,
                room=str(self.room_id),
                number=self.number,
            )
        return carrying

    @transaction.atomic
    def carry(self, *, by: Any, text: str) -> Word:
        """Its author lets it be said in the room of all, in the words they choose for it, by themselves or because they
        were asked: it is said there in their name, and that they agreed is written down. Twice is once; raises
        AlreadySent where other words of it have been said there before."""
        self._locked_for_carrying(by, "carry_word")
        carrying, _created = Carrying.objects.get_or_create(word=self, defaults={"asked_by": by})
        if carrying.carried is not None:
            if carrying.carried.text != text:
                raise AlreadySent(carrying.carried)
            return carrying.carried
        joint = Room.objects.get(case=self.room.case, kind=RoomKind.JOINT)._locked()
        said = joint._add(by=by, client_id=uuid4(), text=text, carried_from=self)
        # They have the private room before them: only to whoever had read all that stood in the other is it no news.
        if not Room.objects.with_news_for(by).filter(pk=joint.pk, unread__gt=1).exists():
            joint.read_by(by, said.number)
        carrying.yes, carrying.answered_at, carrying.carried = True, timezone.now(), said
        carrying.save(update_fields=["yes", "answered_at", "carried"])
        record("community.mediation.carried", self.room.case, by=by, room=str(self.room_id))
        return said

    @transaction.atomic
    def keep_here(self, *, by: Any) -> None:
        """Its author does not want it said elsewhere. It can be asked for no second time."""
        self._locked_for_carrying(by, "carry_word")
        carrying = Carrying.objects.filter(word=self).first()
        if carrying is None or carrying.yes:
            raise NotPossible(_("There is nothing to answer now."))
        if carrying.yes is None:
            carrying.yes, carrying.answered_at = False, timezone.now()
            carrying.save(update_fields=["yes", "answered_at"])
            record("community.mediation.carrying_refused", self.room.case, by=by, room=str(self.room_id))

    def _locked_for_carrying(self, by: Any, verb: str) -> None:
        """Under the case's lock, and asked anew: whoever stopped a moment ago has stopped."""
        case = self.room.case._locked()
        word = Word.objects.select_related("room").get(pk=self.pk)
        word.room.case = case
        if word.room.kind != RoomKind.PRIVATE or not by.has_perm(f"community.{verb}", word):
            raise PermissionDenied


class CarryingQuerySet(models.QuerySet):
    def asked_of(self, user) -> CarryingQuerySet:
        """Whether their words may be said to all: of those whose room is open to them, and not answered yet."""
        return self.filter(yes=None, word__in=Word.objects.filter(author=user).visible_to(user))


class Carrying(models.Model):
    """That a word of a private room was asked for in the room of all, and what its author said to that."""

    word = models.OneToOneField(Word, models.CASCADE, related_name="carrying")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    yes = models.BooleanField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    carried = models.OneToOneField(Word, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = CarryingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("word to be carried")
        verbose_name_plural = gettext_lazy("words to be carried")
        constraints = [
            models.CheckConstraint(
                condition=Q(carried=None) | Q(yes__isnull=False, yes=True),
                name="nothing_is_carried_without_a_yes",
            ),
            models.CheckConstraint(
                condition=Q(yes=None, answered_at=None) | Q(yes__isnull=False, answered_at__isnull=False),
                name="a_carrying_is_answered_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word_id} · {self.yes}"


class RoomMark(models.Model):
    """How far somebody has read in a room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="marks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = gettext_lazy("read mark of a mediation")
        verbose_name_plural = gettext_lazy("read marks of mediations")
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="one_room_mark_each")]

    def __str__(self) -> str:
        return f"{self.room_id} · {self.number}"
