"""Things that neighbours lend each other, who keeps them, and what has to be repaired."""

from __future__ import annotations

import secrets
import uuid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.keys import ClientIdTaken
from community.mutual_aid.neighbourhood import AudienceMixin
from community.safety.areas import answers_for, who_answers_for
from community.safety.barriers import unseen_by
from community.safety.names import first_name
from portal.events import record

from .querysets import ThingQuerySet
from .words import Category, Condition, Damage, LoanState, ThingState
from .workflow import THING_FACTS, possible_for_thing, thing_target

TEXT_LIMIT = 1000  # characters
LONGEST = 30  # days for which anything is lent at once [rule]
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else, no vowels


def new_short() -> str:
    """Six signs of a label, for whoever has no camera."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(6))


class Thing(AudienceMixin):
    """Something that can be borrowed: somebody's own, an organization's, or of the building's shelf (no owner).

    It is kept in a common area, or with its keepers, who say when and how: no home address stands anywhere.
    """

    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    # On its label: the one in the square, the other to be typed.
    code = models.UUIDField(_("code of the label"), unique=True, default=uuid.uuid4, editable=False)
    short = models.CharField(_("code to type"), max_length=6, unique=True, default=new_short, editable=False)
    name = models.CharField(_("what it is"), max_length=80)
    category = models.CharField(_("kind"), max_length=20, choices=Category.choices)
    condition = models.CharField(_("condition"), max_length=20, choices=Condition.choices)
    about = models.TextField(_("good to know"), max_length=TEXT_LIMIT, blank=True)
    terms = models.TextField(_("what you ask of whoever borrows it"), max_length=TEXT_LIMIT, blank=True)
    place = models.ForeignKey(
        "portal.CommonArea",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("where it is kept"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    owned_by = models.ForeignKey(
        "portal.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization that owns it"),
    )
    longest_loan = models.PositiveSmallIntegerField(
        _("for how many days at most"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
    )
    needs_yes = models.BooleanField(_("a keeper says yes first"), default=False)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=ThingState.choices,
        default=ThingState.AVAILABLE,
        editable=False,
    )
    # Why it was written off; who did it and when, its events say.
    write_off_reason = models.TextField(_("why it was written off"), max_length=TEXT_LIMIT, blank=True)
    hidden_at = models.DateTimeField(_("taken away on"), null=True, editable=False)
    added_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)

    photos = GenericRelation("portal.Photo")

    objects = ThingQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing to lend")
        verbose_name_plural = _("things to lend")
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["municipality", "category"], name="thing_by_area"),
            models.Index(fields=["building"], name="thing_by_building"),
        ]
        constraints = [
            *AudienceMixin.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=ThingState.values), name="thing_state_is_known"),
            models.CheckConstraint(
                condition=Q(longest_loan__gte=1, longest_loan__lte=LONGEST), name="thing_is_lent_for_days"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(owned_by__isnull=True), name="thing_has_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:thing", args=[self.code])

    def label_url(self) -> str:
        """The absolute address that the printed code holds: the same, whatever the language of who prints it."""
        return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('community:thing_scan', args=[self.code])}"

    # -- what it says of itself -------------------------------------------------------------------------------------

    @property
    def icon(self) -> str:
        return Category(self.category).icon

    @property
    def is_available(self) -> bool:
        return self.state == ThingState.AVAILABLE

    @property
    def is_lost(self) -> bool:
        """Whether nobody knows where it is."""
        return self.state in (ThingState.MISSING, ThingState.WRITTEN_OFF)

    @property
    def is_gone(self) -> bool:
        return self.state == ThingState.WRITTEN_OFF

    def late_loan(self) -> Any | None:
        """That of whoever should have brought it back by now; None where nobody should. Not asked anew where a page has
        its `open_loans` at hand."""
        if "open_loans" in self.__dict__:
            return next((loan for loan in self.__dict__["open_loans"] if loan.is_overdue), None)
        return self.reservations.overdue().first()

    @property
    def is_in_trouble(self) -> bool:
        """Whether it is to be repaired, missing or late: then whoever answers for the area looks after it as well."""
        is_wrong = self.state in (ThingState.IN_REPAIR, ThingState.MISSING)
        return is_wrong or self.late_loan() is not None

    def lost_loan(self) -> Any | None:
        """That of whoever had it when it was lost; None where nobody had it."""
        lost = self.reservations.filter(state=LoanState.LOST).select_related("person")
        return lost.order_by("-ended_at", "-pk").first() if self.is_lost else None

    @cached_property
    def keepers(self) -> list[Any]:
        """Whoever has kept it longest first, without those who have closed their account. Asked once: many rules ask
        for it on one page."""
        there = self.kept.filter(person__is_active=True).select_related("person")
        return [keeper.person for keeper in there]

    def is_kept_by(self, user: Any) -> bool:
        return user.is_authenticated and user in self.keepers

    def is_kept_from(self, user: Any) -> bool:
        """Whether somebody is blocked with whoever keeps it."""
        return not unseen_by(user).isdisjoint(keeper.pk for keeper in self.keepers)

    def is_borrowed_by(self, user: Any) -> bool:
        """Whether somebody has it or has reserved it. Not asked anew where a page has its `open_loans` at hand."""
        if "open_loans" in self.__dict__:
            return any(loan.person_id == user.pk for loan in self.__dict__["open_loans"])
        return self.reservations.open().filter(person=user).exists()

    @property
    def whose(self) -> str:
        """As a page says it. A name, never an address."""
        return str(
            self.owned_by
            or (self.owner and first_name(self.owner))
            or gettext("everybody's: of the shelf of the house")
        )

    def verbs_for(self, user: Any) -> list[str]:
        """What this person may do with the thing now."""
        return [
            verb for verb in possible_for_thing(self.state) if user.has_perm(f"community.{verb}_thing", self)
        ]

    # -- what safety and conversations ask ---------------------------------------------------------------------------

    @property
    def reportable_author(self) -> Any:
        """Who answers for what is written here: its owner, otherwise whoever has kept it longest."""
        if self.owner_id:
            return self.owner
        return next(iter(self.keepers), None)

    @property
    def reportable_text(self) -> str:
        return "\n\n".join(part for part in (self.about, self.terms) if part)

    def hide(self, *, by: Any) -> None:
        Thing.objects.filter(pk=self.pk).update(hidden_at=timezone.now())

    def restore(self, *, by: Any) -> None:
        Thing.objects.filter(pk=self.pk).update(hidden_at=None)

    def people_in_conversation(self) -> list[Any]:
        """Those who keep it, and those who have it or have reserved it."""
        borrowers = [loan.person for loan in self.reservations.open().select_related("person") if loan.person]
        return list({person.pk: person for person in (*self.keepers, *borrowers)}.values())

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Any, client_id: UUID, **told: Any) -> Thing:
        """Offer something to be lent; whoever adds it keeps it. However often the form is sent, it is one thing.

        `told` are the fields. Raises PermissionDenied, ClientIdTaken.
        """
        if known := cls._known(client_id, by):
            return known
        if not by.has_perm("community.add_thing"):
            raise PermissionDenied
        thing = cls(client_id=client_id, **told)
        try:
            with transaction.atomic():
                thing.save(force_insert=True)
        except IntegrityError:
            if known := cls._known(client_id, by):
                return known
            raise
        thing.kept.create(person=by)
        thing.__dict__.pop("keepers", None)
        record("community.thing.added", thing, by=by)
        return thing

    @classmethod
    def _known(cls, client_id: UUID, by: Any) -> Thing | None:
        thing = cls.objects.filter(client_id=client_id).first()
        if thing is not None and not thing.is_kept_by(by):
            raise ClientIdTaken
        return thing

    @transaction.atomic
    def change(self, *, by: Any, **told: Any) -> None:
        if not by.has_perm("community.change_thing", self):
            raise PermissionDenied
        for name, value in told.items():
            setattr(self, name, value)
        self.save(update_fields=list(told))
        record("community.thing.changed", self, by=by)

    @transaction.atomic
    def keep_by(self, people: Any) -> None:
        """From now on these keep it, and nobody else."""
        self.kept.exclude(person__in=people).delete()
        for person in people:
            self.kept.get_or_create(person=person)
        self.__dict__.pop("keepers", None)

    def pause(self, *, by: Any) -> None:
        """It is not lent for a while. What is reserved already stays."""
        self._step("pause", by=by)

    @transaction.atomic
    def resume(self, *, by: Any) -> None:
        self._step("resume", by=by)
        self.waiting.offer_next(self)

    @transaction.atomic
    def damage(
        self, *, by: Any, note: str = "", damage: str = Damage.SOME, reservation: Any = None
    ) -> RepairNote:
        """It has to be repaired before anybody has it again. Of a loan that ends, by whoever gives it back."""
        if reservation is None:
            self._refuse_unless_may("damage", by)
        self._step("damage", by=by, is_asked=False)
        return self.repair_notes.create(by=by, text=note.strip(), damage=damage, reservation=reservation)

    @transaction.atomic
    def mend(self, *, by: Any) -> None:
        """All of it is repaired."""
        self._step("mend", by=by)
        self.repair_notes.filter(repaired_at=None).update(repaired_at=timezone.now(), repaired_by=by)
        self.waiting.offer_next(self)

    @transaction.atomic
    def lose(self, *, by: Any, is_asked: bool = True) -> None:
        """Nobody knows where it is: what was reserved is called off. `is_asked` False: whoever had it says so."""
        self._step("lose", by=by, is_asked=is_asked)
        self.reservations.call_off()

    def turn_up(self, *, by: Any) -> None:
        """What was missing is brought back, by whoever had it. In their giving it back, which asks whoever waits."""
        self._step("find", by=by, is_asked=False, write_off_reason="")

    @transaction.atomic
    def find(self, *, by: Any) -> None:
        self._step("find", by=by, write_off_reason="")
        self.waiting.offer_next(self)

    @transaction.atomic
    def write_off(self, *, by: Any, note: str) -> None:
        """It is gone for good, says a coordinator, and why. Raises ValidationError without a reason."""
        if not note.strip():
            raise ValidationError({"note": gettext("Write the reason: whose it is reads it.")})
        self._step("write_off", by=by, write_off_reason=note.strip())
        self.reservations.call_off()
        self.waiting.all().delete()

    @transaction.atomic
    def withdraw(self) -> None:
        """Nobody is there any more who hands it over: it is not lent until somebody keeps it."""
        self._step("withdraw", by=None, is_asked=False)
        self.reservations.call_off()

    @transaction.atomic
    def take_on(self, *, by: Any) -> None:
        """Whoever answers for the area keeps what nobody keeps."""
        self._step("take_on", by=by)
        self.keep_by([by])

    @transaction.atomic
    def outlive_owner(self) -> None:
        """Its owner is erased while somebody has it or has reserved it. What is reserved is called off. What somebody
        has goes to the organization that answers for the area; where none does, it stays with them for good."""
        self.refresh_from_db(from_queryset=Thing.objects.select_for_update())
        loan = self.reservations.out().first()
        heir = answers_for(self.municipality_id) if loan else None
        heirs = list(who_answers_for(self.municipality_id, but=[self.owner_id]))
        self.owner, self.owned_by, self.about, self.terms = None, heir, "", ""
        self.save(update_fields=["owner", "owned_by", "about", "terms"])
        self.photos.all().delete()
        self.reservations.call_off()
        if heir is not None:
            self.keep_by(heirs)
            record("community.thing.handed_on", self)
            return
        if self.state != ThingState.WRITTEN_OFF:
            self._step("leave", by=None, is_asked=False)
        self.waiting.all().delete()
        if loan is not None:
            loan.keep()

    def _step(self, verb: str, *, by: Any, is_asked: bool = True, **changes: Any) -> None:
        """Raises NotPossible, PermissionDenied, and then nothing has changed."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Thing.objects.select_for_update())
            if is_asked:
                self._refuse_unless_may(verb, by)
            self.state = thing_target(self.state, verb)
            for name, value in changes.items():
                setattr(self, name, value)
            self.save(update_fields=["state", *changes])
            record(f"community.thing.{THING_FACTS[verb]}", self, by=by)

    def _refuse_unless_may(self, verb: str, by: Any) -> None:
        if not by.has_perm(f"community.{verb}_thing", self):
            raise PermissionDenied


class ThingKeeper(models.Model):
    """Who keeps a thing: hands it over, takes it back, says yes or no, has it repaired."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="kept", verbose_name=_("thing"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("keeper")
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("keeper of a thing")
        verbose_name_plural = _("keepers of things")
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["thing", "person"], name="thing_keeper_once")]

    def __str__(self) -> str:
        return f"{self.thing_id} · {self.person_id}"


class RepairNote(models.Model):
    """What is wrong with a thing, until somebody has repaired it."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="repair_notes", verbose_name=_("thing"))
    # The loan after which it was said; none where a keeper saw it.
    reservation = models.ForeignKey(
        "community.Reservation", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("of a note", "by"),
    )
    text = models.TextField(_("what is wrong"), max_length=TEXT_LIMIT, blank=True)
    damage = models.CharField(_("how bad it is"), max_length=10, choices=Damage.choices, default=Damage.SOME)
    made_at = models.DateTimeField(_("noted on"), default=timezone.now, editable=False)
    repaired_at = models.DateTimeField(_("repaired on"), null=True, editable=False)
    repaired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("who had it repaired"),
    )

    class Meta:
        verbose_name = _("repair note")
        verbose_name_plural = _("repair notes")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.thing_id} · {self.made_at:%Y-%m-%d}"
