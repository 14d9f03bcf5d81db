from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.people.mail import tell_former_contact, tell_of_return
from portal.people.models import ContactTaken, User
from portal.people.tokens import digest

from .codes import new_code, normalised
from .notice import VERSION
from .querysets import InvitationQuerySet

LIFE = timedelta(hours=72)


class NotOpen(Exception):
    """The invitation lets nobody in: too old, used, taken back, or its person has no account any more."""


class AlreadyIn(Exception):
    """Who has come in gets no letter like this: how they sign in is their own matter."""


class NeverIn(Exception):
    """Nobody comes back who has not been in: their letter is an ordinary one."""


class NobodySeen(Exception):
    """The desk has not seen the person with their document, or does not say so."""


class Invitation(models.Model):
    """A letter that lets one person in, once, within 72 hours. Its code is known to the paper only; here lies a digest.

    An `unused` one is neither accepted nor revoked. A person has at most one, and a new one takes the old one back.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations", verbose_name=_("person")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Of the form that asked for the letter: sent twice, it makes one.
    client_id = models.UUIDField(unique=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    issued_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("good until"))
    printed_at = models.DateTimeField(_("printed on"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("sent by e-mail on"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("came in on"), null=True, blank=True)
    # Of a letter to come back in with: that whoever made it had the person and their document before them, and when.
    document_seen_at = models.DateTimeField(_("document seen on"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    revoked_at = models.DateTimeField(_("taken back on"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="invitation_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="invitation_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.issued_at:%Y-%m-%d}"

    @property
    def is_to_return(self) -> bool:
        """Whether it brings back in somebody who has been in before, and ends what they came in by."""
        return self.document_seen_at is not None

    @property
    def is_open(self) -> bool:
        unused = self.accepted_at is None and self.revoked_at is None
        return unused and self.expires_at > timezone.now() and self.person.is_active

    @classmethod
    @transaction.atomic
    def issue(
        cls, person: User, *, by: User | None, client_id, printed: bool = True, mailed: bool = False
    ) -> tuple[Invitation, str | None]:
        """A new letter for the person, and its code, which nobody can ask for again; an older one is void.

        The same `client_id` again gives the letter that it made, and None: its code stands on the paper. `by` None is
        the installation itself. Raises PermissionDenied, AlreadyIn, and NotOpen for an account that is closed.
        """
        person = User.objects.select_for_update().get(pk=person.pk)
        if by is not None and not by.has_perm("portal.invite_person", person):
            raise PermissionDenied
        if made := cls.objects.filter(client_id=client_id).first():
            return made, None
        if not person.is_active:
            raise NotOpen
        if has_been_in(person):
            raise AlreadyIn
        made, code = cls._make(person, by=by, client_id=client_id, printed=printed, mailed=mailed)
        record("portal.invitation.issued", person, by=by, invitation=made.pk)
        return made, code

    @classmethod
    @transaction.atomic
    def issue_to_return(
        cls, person: User, *, by: User, client_id, document_seen: bool
    ) -> tuple[Invitation, str | None]:
        """A letter for somebody who has lost what they came in by: whoever holds it has the account.

        So it is no letter like the others. `document_seen` is the word of whoever makes it that the person stood before
        them with their document; it is kept with their name. All that the person was reached by is told at once.
        Raises PermissionDenied, NobodySeen, NeverIn, NotOpen; the same `client_id` again as for `issue`.
        """
        person = User.objects.select_for_update().get(pk=person.pk)
        if not by.has_perm("portal.bring_back", person):
            raise PermissionDenied
        if made := cls.objects.filter(client_id=client_id).first():
            return made, None
        if not document_seen:
            raise NobodySeen
        if not person.is_active:
            raise NotOpen
        if not has_been_in(person):
            raise NeverIn
        made, code = cls._make(person, by=by, client_id=client_id, printed=True, document_seen=True)
        record("portal.invitation.return_issued", person, by=by, invitation=made.pk, document_seen=True)
        tell_of_return(person)
        return made, code

    @classmethod
    def _make(
        cls, person: User, *, by, client_id, printed=False, mailed=False, document_seen=False
    ) -> tuple[Invitation, str]:
        if person.invitations.void(by=by):
            record("portal.invitation.revoked", person, by=by)
        code, now = new_code(), timezone.now()
        made = cls.objects.create(
            person=person,
            digest=digest(code),
            client_id=client_id,
            issued_by=by,
            issued_at=now,
            expires_at=now + LIFE,
            printed_at=now if printed else None,
            mailed_at=now if mailed else None,
            document_seen_at=now if document_seen else None,
        )
        return made, code

    @transaction.atomic
    def revoke(self, *, by: User | None) -> bool:
        """The letter lets nobody in any more. False if there was nothing to take back."""
        User.objects.select_for_update().get(pk=self.person_id)
        if not Invitation.objects.filter(pk=self.pk).void(by=by):
            return False
        record("portal.invitation.revoked", self.person, by=by, invitation=self.pk)
        self.refresh_from_db()
        return True

    def belongs_to_code(self, code: str) -> bool:
        return self.digest == digest(normalised(code))

    @transaction.atomic
    def accept(
        self,
        *,
        name: str,
        language: str,
        email: str | None = None,
        phone: str | None = None,
        password: str | None = None,
    ) -> User:
        """The person is in. `email` and `phone` are those that they have confirmed: what the desk had noted and nobody
        confirmed opens no door from now on, nor does what somebody added who came in by it. `password` is a hash, or
        None for none.

        Of several at once one gets in. Raises NotOpen, or ContactTaken; then nothing has changed.
        """
        person = User.objects.select_for_update().get(pk=self.person_id)
        if not Invitation.objects.filter(pk=self.pk).open().update(accepted_at=timezone.now()):
            raise NotOpen
        former = {"email": person.email, "phone": person.phone} if person.last_login else {}
        person.display_name, person.language = name, language
        person.email, person.phone = email or None, phone or None
        if password:
            person.password = password
        else:
            person.set_unusable_password()
        try:
            with transaction.atomic():
                person.save(update_fields=["display_name", "language", "email", "phone", "password"])
        except IntegrityError:
            raise ContactTaken from None
        # Whoever got in meanwhile by an address that was noted wrong is out again, with all that they put there.
        Authenticator.objects.filter(user=person).delete()
        for sheet in person.sign_in_sheets.filter(revoked_at=None):
            sheet.revoke(by=person)
        person.delegations_given.filter(recorded_by=None).end_all("closed", by=person)
        person.end_sessions()
        for field, contact in former.items():
            if contact and contact != getattr(person, field):
                tell_former_contact(person, field, contact)
        NoticeAcceptance.objects.get_or_create(person=person, privacy_notice_version=VERSION)
        fact = "came_back" if self.is_to_return else "accepted"
        record(f"portal.invitation.{fact}", person, by=person, invitation=self.pk)
        self.refresh_from_db()
        return person


def has_been_in(person: User) -> bool:
    """Whether the account is used: by a letter, or in whatever other way."""
    return person.last_login is not None or person.invitations.exclude(accepted_at=None).exists()


class NoticeAcceptance(models.Model):
    """That a person was shown the privacy notice in these words (`notice.VERSION`), and when."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_acceptances", verbose_name=_("person")
    )
    privacy_notice_version = models.CharField(_("version"), max_length=20)
    accepted_at = models.DateTimeField(_("read on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("privacy notice read")
        verbose_name_plural = _("privacy notices read")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "privacy_notice_version"], name="notice_version_accepted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.privacy_notice_version}"
