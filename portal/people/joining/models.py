"""Somebody outside asks to be let in: a neighbour, a volunteer. They prove their address, others decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.people.codes import LIFE, TRIES, CodeSpent, TooOften, digest, new_code
from portal.people.invitations.models import NoticeAcceptance
from portal.people.models import Organization, OrganizationMember, User
from portal.people.names import validate_shown_name

from .mail import tell_code, tell_decision

CODES = 5  # of one request; whoever needs more begins a new one
UNCONFIRMED_LIFE = timedelta(days=7)
ONCE_AN_HOUR = _("That was too often. Wait an hour, then try again, or come to the desk.")
VOUCHES_A_DAY = 10  # by one coordinator: whoever knows more people brings them on another day


class WrongCode(Exception):
    """This is not the code. `left` tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class AlreadyDecided(Exception):
    """Somebody has decided meanwhile."""


class VouchedEnough(Exception):
    """One coordinator lets so many in a day and no more."""


class AccountExists(Exception):
    """Somebody is registered under this address or number already."""


class JoinRequestQuerySet(models.QuerySet):
    def waiting(self) -> JoinRequestQuerySet:
        """Confirmed, and nobody has decided yet; the oldest first."""
        return self.filter(state="waiting").order_by("confirmed_at", "pk")

    def decided(self) -> JoinRequestQuerySet:
        return self.filter(state__in=("approved", "declined")).order_by("-decided_at", "-pk")

    def to_check(self) -> JoinRequestQuerySet:
        """Whom an organization's word let in and nobody of the staff has checked, the longest in first; each with
        `member_id`, their membership there."""
        members = OrganizationMember.objects.current().filter(
            person=OuterRef("person"), organization=OuterRef("organization"), checked_at=None
        )
        let_in = self.filter(state="approved", vouched=True, person__is_active=True)
        return (
            let_in.annotate(member_id=Subquery(members.values("pk")[:1]))
            .exclude(member_id=None)
            .order_by("decided_at", "pk")
        )

    def with_checks(self) -> JoinRequestQuerySet:
        """Each with `checked_by_name`: who of the staff has checked them since as a member; None where nobody has, or
        nobody knows who it was."""
        checked = OrganizationMember.objects.filter(
            person=OuterRef("person"), organization=OuterRef("organization"), checked_at__isnull=False
        ).order_by("-checked_at")
        return self.annotate(checked_by_name=Subquery(checked.values("checked_by__display_name")[:1]))

    def never_confirmed(self, before) -> JoinRequestQuerySet:
        return self.filter(state="unconfirmed", created_at__lt=before)

    def with_people(self) -> JoinRequestQuerySet:
        return self.select_related("organization", "vouched_by", "decided_by", "person")


class JoinRequest(models.Model):
    """A request to be let in. Unconfirmed ones are nobody's word yet: staff never sees them.

    Once somebody is in, name and address stand with the person and no longer here.
    """

    class Wish(models.TextChoices):
        NEIGHBOUR = "neighbour", _("I live nearby and want to lend a hand")
        VOLUNTEER = "volunteer", _("I want to help as a volunteer")

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("not confirmed")
        WAITING = "waiting", _("waits for a decision")
        APPROVED = "approved", _("let in")
        DECLINED = "declined", _("not let in")

    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[validate_shown_name], blank=True)
    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    phone = models.CharField(_("phone number"), max_length=16, null=True, blank=True)
    wish = models.CharField(_("wish"), max_length=10, choices=Wish.choices)
    organization = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="join_requests",
        verbose_name=_("organization"),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    # Which words of the privacy notice stood beside the form.
    notice_version = models.CharField(_("version of the privacy notice"), max_length=20, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.UNCONFIRMED, editable=False
    )
    created_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, editable=False)

    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    codes_sent = models.PositiveSmallIntegerField(default=0, editable=False)

    # What the organization's coordinators say: nothing yet, yes, or no.
    vouched = models.BooleanField(_("vouched for"), null=True, editable=False)
    vouched_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("vouched for by")
    )
    vouched_at = models.DateTimeField(_("vouched for on"), null=True, editable=False)

    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)
    person = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("person")
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=Q(state="waiting"), name="join_request_waits_once_by_email"
            ),
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(state="waiting", email=None),
                name="join_request_waits_once_by_phone",
            ),
            models.CheckConstraint(
                condition=Q(state="approved") | Q(email__isnull=False) | Q(phone__isnull=False),
                name="join_request_can_be_answered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed", "waiting", "approved", "declined"]),
                name="join_request_state_is_known",
            ),
        ]
        indexes = [models.Index(fields=["state", "confirmed_at"], name="join_request_list")]

    def __str__(self) -> str:
        return self.name or str(self.person or self.pk)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def reached_at(self) -> str:
        """Where the code goes: the e-mail address where there is one, otherwise the phone."""
        return self.email or self.phone or ""

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def ask(cls, *, client_id: UUID, is_sent: bool = True, **told: Any) -> JoinRequest:
        """Take a request in and send its code; however often the form is sent, it is one request.

        Whoever goes back to put their address right changes the request and gets a new code, as long as it is not
        confirmed. It is the same, and as much work, whether the address is known here or not: which message goes out is
        found when it is sent. `is_sent`: as in `send_code`. Raises TooOften.
        """
        request, created = cls.objects.get_or_create(client_id=client_id, defaults=told)
        request = cls.objects.select_for_update().get(pk=request.pk)
        if request.state != cls.State.UNCONFIRMED:
            return request
        changed = {name: value for name, value in told.items() if getattr(request, name) != value}
        if created or changed:
            for name, value in changed.items():
                setattr(request, name, value)
            request.save()
            request.send_code(is_sent=is_sent)
        return request

    @transaction.atomic
    def send_code(self, *, is_sent: bool = True) -> None:
        """Send a new code; the one before is worth nothing now. Raises TooOften.

        Where nothing `is_sent`, because the contact has had enough, all is the same but that no code is right.
        """
        code = new_code()
        sent = JoinRequest.objects.filter(
            pk=self.pk, state=self.State.UNCONFIRMED, codes_sent__lt=CODES
        ).update(
            code_digest=self._digest(code) if is_sent else "",
            code_sent_at=timezone.now(),
            code_tries=0,
            codes_sent=F("codes_sent") + 1,
        )
        if not sent:
            raise TooOften(ONCE_AN_HOUR)
        if is_sent:
            tell_code.enqueue(self.pk, code)

    def confirm(self, code: str) -> JoinRequest:
        """The person has the code that went to their address: now it is their word, and others see it.

        Returns the request that waits: an older one, where the same person has asked before. Sent twice, it is
        confirmed once, and both are told so. Raises WrongCode and CodeSpent. A try counts whether or not the caller's
        transaction survives it.
        """
        now, typed, known = timezone.now(), self._digest(code), self.code_digest
        # One UPDATE counts and decides: of a thousand tries at once five are heard.
        open_ = JoinRequest.objects.filter(
            pk=self.pk,
            state=self.State.UNCONFIRMED,
            code_tries__lt=TRIES,
            code_sent_at__gt=now - timedelta(seconds=LIFE),
        )
        if not open_.update(code_tries=F("code_tries") + 1):
            return self._confirmed_by(typed, known)
        tried = JoinRequest.objects.filter(pk=self.pk).first()
        if tried is not None and not constant_time_compare(typed, tried.code_digest):
            raise WrongCode(TRIES - tried.code_tries)
        for _attempt in range(3):
            try:
                if not self._wait_from(now, typed):
                    return self._confirmed_by(typed, known)
            except IntegrityError:
                # They have asked before, or in another tab: that request waits already, or did a moment ago.
                if before := self._waiting_twin():
                    JoinRequest.objects.filter(pk=self.pk).delete()
                    return before
            else:
                return self
        raise CodeSpent

    @transaction.atomic
    def _wait_from(self, now: Any, typed: str) -> bool:
        """Whether it was this call that made it wait: of two at once one does, and a newer code is another."""
        mine = JoinRequest.objects.filter(pk=self.pk, state=self.State.UNCONFIRMED, code_digest=typed)
        if not mine.update(state=self.State.WAITING, confirmed_at=now):
            return False
        self.refresh_from_db()
        record("portal.join_request.waiting", self)
        if self.organization_id:
            record("portal.join_request.for_organization", self)
        return True

    def _confirmed_by(self, typed: str, known: str) -> JoinRequest:
        """What the same code has just confirmed, a moment before this call; `known` is what was kept when it began.

        Raises CodeSpent where that is not so.
        """
        there = JoinRequest.objects.filter(pk=self.pk).first()
        waiting = self._waiting_twin() if there is None else there
        kept = known if there is None else there.code_digest
        if waiting is None or not waiting.is_waiting or not constant_time_compare(typed, kept):
            raise CodeSpent
        return waiting

    def _waiting_twin(self) -> JoinRequest | None:
        waiting = JoinRequest.objects.waiting().exclude(pk=self.pk)
        same = waiting.filter(email__iexact=self.email) if self.email else waiting.filter(phone=self.phone)
        return same.first()

    @transaction.atomic
    def vouch(self, *, by: User, yes: bool) -> None:
        """A coordinator of the organization knows this person, and lets them in; or does not, and staff decide.

        Whoever comes in so is a member there, and gives no sensitive help before staff have checked them. Saying it
        twice is saying it once. Raises AlreadyDecided, AccountExists, VouchedEnough, PermissionDenied.
        """
        # Two tabs of one coordinator count one after the other.
        User.objects.select_for_update().get(pk=by.pk)
        self._lock()
        if not by.has_perm("portal.vouch_join_request", self):
            raise PermissionDenied
        if self.state == self.State.APPROVED and yes and self.vouched:
            return
        if not self.is_waiting:
            raise AlreadyDecided
        if self.vouched is yes and not yes:
            return
        today = timezone.now() - timedelta(days=1)
        vouched = JoinRequest.objects.filter(vouched_by=by, vouched=True, vouched_at__gt=today)
        if yes and vouched.exclude(pk=self.pk).count() >= VOUCHES_A_DAY:
            raise VouchedEnough
        self.vouched, self.vouched_by, self.vouched_at = yes, by, timezone.now()
        if not yes:
            self.save(update_fields=["vouched", "vouched_by", "vouched_at"])
            record("portal.join_request.not_vouched", self, by=by)
            return
        self._let_in(by=by)
        record("portal.join_request.vouched", self, by=by)

    @transaction.atomic
    def approve(self, *, by: User) -> User:
        """Let them in: an account under the address they proved, and a place in the organization that vouches for them.

        Raises AlreadyDecided, AccountExists, PermissionDenied. Doing it twice is doing it once.
        """
        self._decide(by)
        if self.state == self.State.APPROVED and self.person:
            return self.person
        if not self.is_waiting:
            raise AlreadyDecided
        return self._let_in(by=by)

    def _let_in(self, *, by: User) -> User:
        # A number that no code went to opens nothing: it is one to call.
        phone = None if self.email else self.phone
        contact = (self.phone or "") if self.email else ""
        try:
            with transaction.atomic():
                person = User.objects.create_user(
                    email=self.email,
                    phone=phone,
                    contact_phone=contact,
                    display_name=self.name,
                    language=self.language,
                )
        except IntegrityError:
            raise AccountExists from None
        if self.organization and self.vouched is not False:
            member = self.organization.add(person, by=by)
            if self.vouched:
                member.vouched_by, member.vouched_at = self.vouched_by, self.vouched_at
                member.save(update_fields=["vouched_by", "vouched_at"])
        if self.notice_version:
            NoticeAcceptance.objects.create(
                person=person, privacy_notice_version=self.notice_version, accepted_at=self.created_at
            )
        self.person, self.name, self.email, self.phone = person, "", None, None
        self._decided("approved", by=by)
        return person

    @transaction.atomic
    def decline(self, *, by: User) -> None:
        """Not now: they get a friendly word and no reason. Raises AlreadyDecided, PermissionDenied."""
        self._decide(by)
        if self.state == self.State.DECLINED:
            return
        if not self.is_waiting:
            raise AlreadyDecided
        self._decided("declined", by=by)

    @transaction.atomic
    def close(self, *, by: User) -> None:
        """Staff do not want in whom an organization's word let in: account and membership end at once.

        As long as nobody has checked them; afterwards, and for whoever works for the agency, it is the register's
        business. Raises AlreadyDecided, PermissionDenied. Doing it twice is doing it once.
        """
        self._decide(by)
        person = self.person
        if self.state != self.State.APPROVED or person is None:
            raise AlreadyDecided
        if not person.is_active:
            return
        if person.role_keys or not JoinRequest.objects.to_check().filter(pk=self.pk).exists():
            raise AlreadyDecided
        self.organization.remove(person, by=by)
        person.close_account(by=by)
        record("portal.join_request.closed", self, by=by)

    def _decide(self, by: User) -> None:
        self._lock()
        if not by.has_perm("portal.decide_join_request"):
            raise PermissionDenied

    def _decided(self, state: str, *, by: User) -> None:
        self.state, self.decided_by, self.decided_at, self.code_digest = state, by, timezone.now(), ""
        self.save()
        record(f"portal.join_request.{state}", self, by=by)
        tell_decision.enqueue(self.pk)

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=JoinRequest.objects.select_for_update())

    def _digest(self, code: str) -> str:
        return digest("join", self.reached_at, self.pk, code)
