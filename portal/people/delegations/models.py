"""Delegations: that somebody may do something for somebody else, in one scope, for a time, until either ends it."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.extensions import DelegationScope, find
from portal.extensions.delegations import delegation_scopes
from portal.people.models import OrganizationMember, User

ANSWER_WITHIN = timedelta(days=14)  # that an offer may be accepted
DESK_VISIT = timedelta(days=1)  # a grant that somebody at the desk records for themselves
CODE_HOLDS = timedelta(days=1)


class DelegationQuerySet(models.QuerySet):
    def open(self) -> DelegationQuerySet:
        """Those that hold at this moment.

        Scopes that nobody declares any more hold no longer, nor does what somebody does as the volunteer of an
        organization where they are not vouched for and checked (any more).
        """
        now = timezone.now()
        answered_for = OrganizationMember.objects.trusted().filter(
            organization=OuterRef("organization"), person=OuterRef("delegate")
        )
        return self.filter(
            Q(organization=None) | Exists(answered_for),
            scope__in=[scope.key for scope in delegation_scopes()],
            ended_at=None,
            accepted_at__isnull=False,
            valid_from__lte=now,
            valid_until__gt=now,
            principal__is_active=True,
            delegate__is_active=True,
        )

    def not_ended(self) -> DelegationQuerySet:
        return self.filter(ended_at=None)

    def offered_to(self, person: Any) -> DelegationQuerySet:
        """What somebody is asked to do for another, and has not answered."""
        since = timezone.now() - ANSWER_WITHIN
        waiting = self.filter(delegate=person, accepted_at=None, ended_at=None, offered_at__gt=since)
        return waiting.filter(principal__is_active=True, valid_until__gt=timezone.now())

    def asked_by(self, person: Any) -> DelegationQuerySet:
        """What somebody has asked for and nobody has answered, as far as they can tell: who says no says nothing."""
        since = timezone.now() - ANSWER_WITHIN
        unanswered = Q(ended_at=None) | Q(ended_by=None) | ~Q(ended_by=person)
        return self.filter(unanswered, principal=person, accepted_at=None, offered_at__gt=since)

    def over(self) -> DelegationQuerySet:
        """Those whose time has passed, and that nobody has ended."""
        now = timezone.now()
        return self.not_ended().filter(
            Q(valid_until__lte=now) | Q(accepted_at=None, offered_at__lte=now - ANSWER_WITHIN)
        )

    def of(self, person: Any) -> DelegationQuerySet:
        """Given or held by somebody."""
        return self.filter(Q(principal=person) | Q(delegate=person))

    def between(self, person: Any, others: Any) -> DelegationQuerySet:
        """Between somebody and those others, whichever way."""
        return self.filter(
            Q(principal=person, delegate__in=others) | Q(delegate=person, principal__in=others)
        )

    def visible_to(self, user: Any) -> DelegationQuerySet:
        """One's own, on either side; whoever records papers sees all. The rule portal.view_delegation agrees."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.has_perm("portal.record_delegation") else self.of(user)

    def end_all(self, why: str, *, by: Any) -> int:
        ended = [delegation for delegation in self.not_ended() if delegation.end(by=by, why=why)]
        return len(ended)


class Delegations(models.Manager.from_queryset(DelegationQuerySet)):
    """Always with the two people: whatever is said of a delegation names them."""

    def get_queryset(self) -> DelegationQuerySet:
        return super().get_queryset().select_related("principal", "delegate")


class Delegation(models.Model):
    """One scope, granted by `principal` to `delegate`: offered in the portal and accepted, or recorded from a paper.

    An offer goes to whoever answers to `asked_as` (a code, an e-mail address, a number). Where nobody does, `delegate`
    is None and nothing else differs: whoever asks learns nothing of who is known here until somebody accepts.
    """

    class Ending(models.TextChoices):
        ENDED = "ended", _("ended by one of the two or by the agency")
        DECLINED = "declined", _("not accepted")
        UNANSWERED = "unanswered", _("not answered")
        EXPIRED = "expired", _("the time was over")
        REPLACED = "replaced", _("a newer one took its place")
        LEFT = "left", _("the household or the organization was left")
        UNTRUSTED = (
            "untrusted",
            _("the organization or the agency does not answer for the volunteer any more"),
        )
        CLOSED = "closed", _("the account was closed")

    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="delegations_given",
        verbose_name=_("for whom"),
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="delegations_held",
        verbose_name=_("who acts"),
    )
    asked_as = models.CharField(_("asked as"), max_length=254, blank=True)
    scope = models.CharField(_("what for"), max_length=60)
    # Held as its volunteer: ends with the membership, and when nobody there or at the agency answers for them any more.
    organization = models.ForeignKey(
        "portal.Organization",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="delegations",
        verbose_name=_("as a volunteer of"),
    )
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"))
    offered_at = models.DateTimeField(_("offered on"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, editable=False)
    paper_date = models.DateField(_("date of the paper"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    ended_at = models.DateTimeField(_("ended on"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ending = models.CharField(_("how it ended"), max_length=12, choices=Ending.choices, blank=True)

    objects = Delegations()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-id"]
        base_manager_name = "objects"
        indexes = [models.Index(fields=["delegate", "scope"], name="delegation_held")]
        constraints = [
            models.CheckConstraint(
                condition=Q(delegate=None) | ~Q(delegate=F("principal")), name="delegation_not_to_oneself"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="delegation_time_in_order"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(delegate__isnull=False),
                name="delegation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="delegation_ending_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["principal", "delegate", "scope"],
                condition=Q(ended_at=None, accepted_at__isnull=False),
                name="delegation_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} #{self.pk}"

    # -- what it says of itself -------------------------------------------------------------------------------------

    @property
    def declaration(self) -> DelegationScope | None:
        return find(DelegationScope, self.scope)

    @property
    def last_day(self) -> date:
        """The last day it holds, in Rome."""
        return timezone.localdate(self.valid_until - timedelta(seconds=1))

    @property
    def is_open(self) -> bool:
        return Delegation.objects.open().filter(pk=self.pk).exists()

    @property
    def is_offer(self) -> bool:
        return self.accepted_at is None and self.ended_at is None

    @property
    def shown_delegate(self) -> str:
        """Who acts, as the principal may read it: by name once that person has said yes."""
        return str(self.delegate) if self.accepted_at else self.asked_as

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def offer(cls, whom: str, *, by: Any, scope: str, until: date, client_id: Any) -> Delegation:
        """Ask whoever answers to `whom` (as OfferForm cleans it) to act for `by`, until that day's end.

        However often a phone sends it, it is one. Known or not, it costs the same questions and leaves the same row.
        Raises ValidationError for oneself, an undeclared scope, a day that is over, too long a time.
        """
        if known := cls.objects.filter(client_id=client_id, principal=by).first():
            return known
        delegate = person_asked(whom)
        if delegate is not None and delegate.pk == by.pk:
            raise ValidationError(
                {"whom": _("This is you. Write the code of the person who is to help you.")}
            )
        start = timezone.now()
        offer, created = cls.objects.get_or_create(
            client_id=client_id,
            defaults={
                "principal": by,
                "delegate": delegate,
                "asked_as": whom,
                "scope": _declared(scope),
                "valid_from": start,
                "valid_until": _end_of(until, start),
            },
        )
        if not created and offer.principal_id != by.pk:
            raise ValidationError(_("We did not recognise this form. Check it and send it again."))
        if created:
            record("portal.delegation.offered", offer, by=by)
        return offer

    @classmethod
    @transaction.atomic
    def on_paper(
        cls,
        principal: Any,
        delegate: Any,
        *,
        by: Any,
        scope: str,
        until: date,
        paper_date: date,
        client_id: Any,
        organization: Any = None,
    ) -> Delegation:
        """Record what a person has signed. It holds at once; for whoever records it for themselves, a day at most.

        Raises ValidationError, for an organization that does not answer for the delegate as well; the same `client_id`
        again is the same record.
        """
        if known := cls.objects.filter(client_id=client_id).first():
            return known
        if principal.pk == delegate.pk:
            raise ValidationError({"delegate": _("Nobody acts for themselves: choose somebody else.")})
        if paper_date > timezone.localdate():
            raise ValidationError({"paper_date": _("This day has not come yet.")})
        _lock(principal)
        start = timezone.now()
        end = _end_of(until, start)
        if delegate.pk == by.pk:
            end = min(end, start + DESK_VISIT)
        held = cls.objects.filter(
            principal=principal, delegate=delegate, scope=scope, accepted_at__isnull=False
        )
        held.not_ended().end_all(cls.Ending.REPLACED, by=by)
        made = cls.objects.create(
            client_id=client_id,
            principal=principal,
            delegate=delegate,
            scope=_declared(scope),
            organization=_own(organization, delegate),
            valid_from=start,
            valid_until=end,
            accepted_at=start,
            paper_date=paper_date,
            recorded_by=by,
        )
        record("portal.delegation.recorded", made, by=by)
        delegate.rights_changed()
        return made

    @transaction.atomic
    def accept(self, *, by: Any, organization: Any = None) -> bool:
        """The person who was asked says yes. False where there is no offer to them (any more); twice is once.

        Raises ValidationError for an organization that does not answer for them.
        """
        _lock(self.principal)
        offer = Delegation.objects.offered_to(by).filter(pk=self.pk).first()
        if offer is None:
            return Delegation.objects.open().filter(pk=self.pk, delegate=by).exists()
        same = Delegation.objects.filter(
            principal=offer.principal, delegate=by, scope=offer.scope, accepted_at__isnull=False
        )
        same.not_ended().end_all(self.Ending.REPLACED, by=by)
        self.accepted_at = timezone.now()
        self.organization = _own(organization, by)
        self.asked_as = ""
        self.save(update_fields=["accepted_at", "organization", "asked_as"])
        record("portal.delegation.granted", self, by=by)
        by.rights_changed()
        return True

    @transaction.atomic
    def decline(self, *, by: Any) -> bool:
        """The person who was asked says no. Nobody is told, so that nobody learns who is known here."""
        return bool(Delegation.objects.offered_to(by).filter(pk=self.pk).exists()) and self.end(
            by=by, why=self.Ending.DECLINED
        )

    @transaction.atomic
    def end(self, *, by: Any, why: str = Ending.ENDED) -> bool:
        """It holds no longer, from this moment on; whether it did until now. `by` None is the portal itself."""
        ended = {"ended_at": timezone.now(), "ended_by": by, "ending": why}
        still = Q(ended_at=None)
        if by is not None and by.pk == self.principal_id:
            ended["asked_as"] = ""
            # An offer that came to nothing looks to whoever made it as one that nobody has answered yet.
            still |= Q(accepted_at=None)
        if not Delegation.objects.filter(still, pk=self.pk).update(**ended):
            return False
        for name, value in ended.items():
            setattr(self, name, value)
        record(f"portal.delegation.{_FACTS.get(why, 'ended')}", self, by=by)
        if self.accepted_at and self.delegate:
            self.delegate.rights_changed()
        return True


Ending = Delegation.Ending
_FACTS = {
    Ending.DECLINED: "declined",
    Ending.UNANSWERED: "unanswered",
    Ending.EXPIRED: "expired",
    Ending.REPLACED: "replaced",
}


def _lock(principal: Any) -> None:
    """Of two grants that one person makes at once, the second sees the first."""
    User.objects.select_for_update().get(pk=principal.pk)


def longest_until(start: datetime | None = None) -> date:
    """The last day that a delegation may hold which begins at `start`, or now."""
    day = timezone.localdate(start)
    month = day.month - 1 + settings.PORTAL_DELEGATION_MONTHS
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, 28))


def _end_of(day: date, start: datetime) -> datetime:
    if day < timezone.localdate(start):
        raise ValidationError({"until": _("This day is over. Choose a day that is still to come.")})
    if day > longest_until(start):
        raise ValidationError(
            {
                "until": _("This is too long. Choose a day until %(day)s.")
                % {"day": date_format(longest_until(start))}
            }
        )
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _declared(scope: str) -> str:
    if scope not in {declared.key for declared in delegation_scopes()}:
        raise ValidationError({"scope": _("Choose what the person may do for you.")})
    return scope


def _own(organization: Any, delegate: Any) -> Any:
    """The organization, if it answers for the person now: acting for others is sensitive help."""
    if not organization:
        return None
    # Locked: whoever takes their word back at the same moment sees the grant, or the grant sees that it was taken back.
    memberships = list(organization.members.current().select_for_update().filter(person=delegate))
    if not memberships:
        refusal = _("%(name)s is not of this organization.")
    elif not any(membership.is_trusted for membership in memberships):
        refusal = _(
            "%(name)s may not act as its volunteer yet: a coordinator has to vouch for them, and the agency to check "
            "them."
        )
    else:
        return organization
    raise ValidationError({"organization": ValidationError(refusal, params={"name": delegate})})


# -- whom one asks, without a directory of residents ------------------------------------------------------------------


class DelegateCode(models.Model):
    """The number that somebody reads out to whoever wants their help. It names a person and opens nothing."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegate_code", verbose_name=_("person")
    )
    code = models.CharField(_("code"), max_length=8, unique=True)
    expires_at = models.DateTimeField(_("holds until"))

    class Meta:
        verbose_name = _("code of a delegate")
        verbose_name_plural = _("codes of delegates")

    def __str__(self) -> str:
        return str(self.person_id)

    @property
    def shown(self) -> str:
        return f"{self.code[:4]} {self.code[4:]}"

    @classmethod
    def of(cls, person: Any) -> DelegateCode | None:
        return cls.objects.filter(person=person, expires_at__gt=timezone.now()).first()

    @classmethod
    def draw(cls, person: Any) -> DelegateCode:
        """A new code for a day; the one before holds no longer."""
        for _attempt in range(20):
            code = f"{secrets.randbelow(10**8):08}"
            if cls.objects.filter(code=code).exclude(person=person).exists():
                continue
            drawn, _created = cls.objects.update_or_create(
                person=person, defaults={"code": code, "expires_at": timezone.now() + CODE_HOLDS}
            )
            return drawn
        raise RuntimeError("no free code")


def person_asked(whom: str) -> Any:
    """The one active person who answers to a code, an address or a number as a form cleaned it; always one query."""
    people = User.objects.alias(lower_email=Lower("email")).filter(is_active=True)
    code = Q(delegate_code__code=whom, delegate_code__expires_at__gt=timezone.now())
    return people.filter(code | Q(lower_email=whom.lower()) | Q(phone=whom)).order_by("pk").first()
