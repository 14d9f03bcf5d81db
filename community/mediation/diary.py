"""The occurrence diary: "it happened again", for its author alone until they share a page of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from community.keys import AlreadySent
from portal.events import record
from portal.sealing import SealedTextField, destroy_key, new_key

from .models import Case
from .rooms import Room
from .words import TALKING, Answer, RoomKind
from .workflow import NotPossible, Overtaken


class Kind(models.TextChoices):
    NOISE = "noise", gettext_lazy("Noise")
    SMELL = "smell", gettext_lazy("Smell or smoke")
    SPACE = "space", gettext_lazy("Stairs, courtyard, parking")
    ANIMALS = "animals", gettext_lazy("Animals")
    WASTE = "waste", gettext_lazy("Waste")
    WORDS = "words", gettext_lazy("Words, tone")
    DAMAGE = "damage", gettext_lazy("Something was damaged")
    OTHER = "other", pgettext_lazy("an occurrence", "Something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Kind.NOISE: "volume-2",
    Kind.SMELL: "wind",
    Kind.SPACE: "square-parking",
    Kind.ANIMALS: "dog",
    Kind.WASTE: "trash-2",
    Kind.WORDS: "message-square-warning",
    Kind.DAMAGE: "hammer",
    Kind.OTHER: "circle-question-mark",
}


class Diary(models.Model):
    """Somebody's diary, with a key of its own: it goes with its author, and with no case."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=gettext_lazy("owner")
    )
    key = models.UUIDField(gettext_lazy("data key"), unique=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("diary")
        verbose_name_plural = gettext_lazy("diaries")

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def of(cls, person: Any) -> Diary:
        """The one diary of a person, made when first asked for."""
        known = cls.objects.filter(owner=person).first()
        return known or cls.objects.get_or_create(owner=person, defaults={"key": new_key()})[0]

    @transaction.atomic
    def write(self, *, client_id: UUID, happened_at: datetime, kind: str, note: str) -> Entry:
        """Write down what happened; however often the phone sends it, it is one entry.

        Raises NotPossible for what lies in the future, AlreadySent for a client id with something else under it,
        Overtaken where the diary was torn up meanwhile.
        """
        # The same form that comes in twice at once waits here.
        if not self._locked():
            raise Overtaken(
                _("Your diary was deleted meanwhile. Send this again, and a new one begins with it.")
            )
        if known := self.entries.filter(client_id=client_id).first():
            if (known.happened_at, known.kind, known.note) != (happened_at, kind, note):
                raise AlreadySent(known)
            return known
        now = timezone.now()
        if happened_at > now:
            raise NotPossible(_("This lies in the future. When did it happen?"))
        return self.entries.create(
            client_id=client_id, happened_at=happened_at, written_at=now, kind=kind, note=note
        )

    def _locked(self) -> bool:
        """Let the others wait; False where somebody has torn it up."""
        return Diary.objects.select_for_update().filter(pk=self.pk).first() is not None

    @transaction.atomic
    def tear_up(self) -> int:
        """All of it goes, and nobody can read it any more, from a backup neither; returns how many entries it had."""
        if not self._locked():
            return 0
        count = self.entries.count()
        key = self.key
        self.delete()
        # What lies with a form that was not sent yet was for this diary, and nothing will open it.
        for kind in ("Photo", "VoiceNote"):
            apps.get_model("portal", kind).objects.unsent().filter(key=key).delete()
        transaction.on_commit(lambda: destroy_key(key), robust=True)
        return count


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user) -> EntryQuerySet:
        """One's own; and what was shared with a room that one may enter. Agrees with community.view_entry."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(diary__owner=user) | Q(shared_in__in=Room.objects.visible_to(user)))

    def written_by(self, person) -> EntryQuerySet:
        """All of somebody's own diary. Looking makes none."""
        return self.filter(diary__owner=person)

    def with_all(self) -> EntryQuerySet:
        rows = self.select_related("diary__owner", "shared_in__case", "shared_in__party")
        return rows.prefetch_related("photos", "voice_notes")


class Entry(models.Model):
    """Something that happened: when, of what kind, and in its author's words, a photo or a voice note."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    diary = models.ForeignKey(
        Diary, models.CASCADE, related_name="entries", verbose_name=gettext_lazy("diary")
    )
    client_id = models.UUIDField(gettext_lazy("client id of the form"), editable=False)
    happened_at = models.DateTimeField(gettext_lazy("happened at"))
    written_at = models.DateTimeField(gettext_lazy("written on"), default=timezone.now, editable=False)
    kind = models.CharField(gettext_lazy("kind"), max_length=8, choices=Kind.choices)
    note = SealedTextField(gettext_lazy("note"), sealed_by="diary.key")
    # The private room of its author with the mediators.
    shared_in = models.ForeignKey(Room, models.SET_NULL, null=True, editable=False, related_name="entries")
    shared_at = models.DateTimeField(gettext_lazy("shared on"), null=True, editable=False)

    photos = GenericRelation("portal.Photo")
    voice_notes = GenericRelation("portal.VoiceNote")

    objects = EntryQuerySet.as_manager()

    @property
    def sealed_with(self) -> UUID:
        return self.diary.key

    @property
    def icon(self) -> str:
        return Kind(self.kind).icon

    class Meta:
        verbose_name = gettext_lazy("diary entry")
        verbose_name_plural = gettext_lazy("diary entries")
        ordering = ["-happened_at", "-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["diary", "client_id"], name="entry_sent_once"),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("written_at")), name="what_is_written_down_has_happened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.diary_id} · {self.written_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("community:diary_entry", args=[self.pk])

    @property
    def is_shared(self) -> bool:
        """Whether mediators read it now: not once the case is closed, or its author has stopped; see
        `RoomQuerySet.visible_to`."""
        room = self.shared_in
        return room is not None and room.case.state in TALKING and room.party.answer == Answer.YES

    @transaction.atomic
    def share(self, case: Case, *, by: Any) -> None:
        """Let the mediators of a case read it, in the room that its author has with them; no other party does.

        Raises NotPossible while those of another case read it: nobody reads something that is then taken from them
        without a word.
        """
        case._locked()
        room = Room.objects.visible_to(by).filter(case=case, kind=RoomKind.PRIVATE, party__person=by).first()
        if self.diary.owner_id != by.pk or room is None:
            raise PermissionDenied
        rows = Entry.objects.select_for_update(of=("self",)).select_related(
            "shared_in__case", "shared_in__party"
        )
        entry = rows.get(pk=self.pk)
        if entry.shared_in_id == room.pk:
            return
        if entry.is_shared:
            raise NotPossible(
                _("The mediators of %(case)s read this page. Take it back first.")
                % {"case": entry.shared_in.case}
            )
        entry.shared_in, entry.shared_at = room, timezone.now()
        entry.save(update_fields=["shared_in", "shared_at"])
        record("community.mediation.entry_shared", case, by=by, room=str(room.pk))

    @transaction.atomic
    def take_back(self, *, by: Any) -> None:
        """From here on it is its author's alone again."""
        if self.diary.owner_id != by.pk:
            raise PermissionDenied
        Entry.objects.filter(pk=self.pk).update(shared_in=None, shared_at=None)

    @transaction.atomic
    def tear_out(self, *, by: Any) -> None:
        """It goes for ever, with its files; whoever it was shared with reads it no more."""
        if self.diary.owner_id != by.pk:
            raise PermissionDenied
        self.delete()
