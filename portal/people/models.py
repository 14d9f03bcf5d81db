import secrets

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, PermissionsMixin, _user_has_perm
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.extensions import Role, find
from portal.tasks.sms import can_send_sms

from .mail import tell_former_contact
from .names import NOBODY, validate_shown_name
from .querysets import CurrentQuerySet, OrganizationMemberQuerySet, OrganizationQuerySet, UserManager

ADMINISTRATOR = "portal.administrator"


class LastAdministrator(Exception):
    """Nobody would be left who can give roles."""


class OwnConfidences(Exception):
    """Somebody would open to themselves what others have told in confidence."""


class LastWayIn(Exception):
    """Somebody would take away the last address or number by which they get in."""


class ContactTaken(Exception):
    """Somebody else signs in with this address or number. Whoever asks for it is not told."""


def new_username() -> str:
    return secrets.token_hex(8)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: with an e-mail address, with a phone, or with neither (by a code that the desk prints).

    Numbers are kept as E.164 ("+390200000101"). `username` is opaque and shown to nobody.

    Raising `session_epoch` ends all of the person's sessions at once (it is
    part of the session's hash); raising `access_epoch` closes live connections, which come back with the new rights.
    """

    username = models.CharField(max_length=64, unique=True, default=new_username)
    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    # Of one person only, and theirs for certain: a code sent to it opens the account.
    phone = models.CharField(_("phone to sign in with"), max_length=16, null=True, blank=True, unique=True)
    # What to call them at; a family may share it, and it opens nothing.
    contact_phone = models.CharField(_("phone to call"), max_length=16, blank=True)
    display_name = models.CharField(_("name to show"), max_length=80, validators=[validate_shown_name])
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("registered on"), default=timezone.now, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    access_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["display_name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        self.email = self.email.lower() if self.email else None

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def first_name(self) -> str:
        """What Wagtail greets its editors with; it would show the username otherwise."""
        return self.display_name

    def has_perm(self, perm, obj=None) -> bool:
        """As in Django, but what a rule decides it decides for a superuser as for anybody.

        Whoever keeps the installation does not thereby mediate, pay out, read a case or a list of them (THREATS.md,
        "nosy administrator"). What is left are the registers and Wagtail's own permissions.
        """
        if self.is_superuser and (obj is not None or rules.perm_exists(perm)):
            return self.is_active and _user_has_perm(self, perm, obj)
        return super().has_perm(perm, obj)

    @property
    def is_erased(self) -> bool:
        """Whether this entry is nobody's any more: facts point at it, and it is never given to somebody again."""
        return self.display_name == NOBODY and not self.is_active

    # -- sessions ---------------------------------------------------------------------------------------------------

    def _get_session_auth_hash(self, secret=None) -> str:
        return f"{self.session_epoch}:{super()._get_session_auth_hash(secret)}"

    def end_sessions(self) -> None:
        """Sign the person out everywhere, live connections included."""
        User.objects.filter(pk=self.pk).update(
            session_epoch=models.F("session_epoch") + 1, access_epoch=models.F("access_epoch") + 1
        )
        self.refresh_from_db(fields=["session_epoch", "access_epoch"])

    @transaction.atomic
    def sign_out_everywhere(self, *, by: "User | None") -> None:
        """End all of the person's sessions, and say so: `by` is whoever wanted it.

        Where that is the desk, because a bag is gone, the papers in it are worth nothing either. Somebody who does it
        from another device keeps theirs: it may be their only way in.
        """
        if by is None or by.pk != self.pk:
            self._make_papers_worthless(by=by)
        self.end_sessions()
        record("portal.person.signed_out", self, by=by)

    def _make_papers_worthless(self, *, by: "User | None") -> None:
        for sheet in self.sign_in_sheets.filter(revoked_at=None):
            sheet.revoke(by=by)
        if self.invitations.void(by=by):
            record("portal.invitation.revoked", self, by=by)

    def rights_changed(self) -> None:
        """Close live connections: they come back with the rights the person has now."""
        User.objects.filter(pk=self.pk).update(access_epoch=models.F("access_epoch") + 1)
        self.__dict__.pop("role_keys", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("role_grants", None)
        self.refresh_from_db(fields=["access_epoch"])

    # -- how they are reached ---------------------------------------------------------------------------------------

    def change_email(self, email: str | None, *, by: "User | None") -> None:
        """The address that codes and links go to. It is theirs for certain: a code was sent there, or the desk saw.

        Whoever is signed in under the old one is signed out, and the old one is told. Raises ContactTaken, and
        LastWayIn where the person takes away the last thing by which they get in.
        """
        self._change_way_in("email", email.lower() if email else None, by=by)

    def change_phone(self, number: str | None, *, by: "User | None") -> None:
        """The number that codes go to, in the form of E.164; else as `change_email`."""
        self._change_way_in("phone", number or None, by=by)

    @transaction.atomic
    def _change_way_in(self, field: str, value: str | None, *, by: "User | None") -> None:
        # Locked: two tabs that take away one each would leave neither.
        now = User.objects.select_for_update().get(pk=self.pk)
        if value is None and by is not None and by.pk == self.pk and not now.gets_in_without(field):
            raise LastWayIn
        try:
            with transaction.atomic():
                User.objects.filter(pk=self.pk).update(**{field: value})
        except IntegrityError:
            raise ContactTaken from None
        former = getattr(now, field)
        setattr(self, field, value)
        self.end_sessions()
        record(f"portal.person.{field}_changed", self, by=by)
        if former and former != value:
            tell_former_contact(self, field, former)

    def gets_in_without(self, field: str) -> bool:
        """Whether something is left to sign in with when the "email" or the "phone" is taken away."""
        if field == "phone":
            return bool(self.email)
        return bool(self.phone) and (can_send_sms() or self.has_usable_password())

    def change_contact_phone(self, number: str) -> None:
        """What the agency calls: in the form of E.164, or ""; it opens nothing and may be a family's."""
        self.contact_phone = number
        self.save(update_fields=["contact_phone"])

    @transaction.atomic
    def change_password(self, password: str, *, by: "User | None") -> None:
        """A new password closes all other sessions: what they are held against has changed."""
        self.set_password(password)
        self.save(update_fields=["password"])
        self.rights_changed()
        record("portal.person.password_changed", self, by=by)

    @transaction.atomic
    def close_account(self, *, by: "User | None") -> None:
        """The person does not come in any more, from now on; what they did stays. Raises LastAdministrator."""
        if self.is_last_administrator():
            raise LastAdministrator
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.end_delegations(by=by)
        self._make_papers_worthless(by=by)
        self.end_sessions()
        record("portal.person.closed", self, by=by)

    @transaction.atomic
    def open_account(self, *, by: "User | None") -> None:
        self.is_active = True
        self.save(update_fields=["is_active"])
        record("portal.person.opened", self, by=by)

    def end_delegations(self, *, by: "User | None") -> int:
        """Nobody acts for this person any more, and they for nobody."""
        return self.delegations_given.end_all("closed", by=by) + self.delegations_held.end_all(
            "closed", by=by
        )

    # -- helping others -----------------------------------------------------------------------------------------------

    def may_help_sensitively(self) -> bool:
        """Whether they may be let near children, the ill, or house keys: a coordinator of an organization where they
        are a member now has vouched for them, and the agency's staff has checked them there."""
        return self.is_active and self.organization_memberships.trusted().exists()

    # -- roles ------------------------------------------------------------------------------------------------------

    @cached_property
    def role_keys(self) -> frozenset[str]:
        if not self.is_active:
            return frozenset()
        if "role_grants" in getattr(self, "_prefetched_objects_cache", ()):  # by knowing_roles()
            return frozenset(grant.role for grant in self.role_grants.all() if grant.taken_at is None)
        return frozenset(self.role_grants.filter(taken_at=None).values_list("role", flat=True))

    def has_role(self, key: str) -> bool:
        return key in self.role_keys

    @transaction.atomic
    def give_role(self, key: str, *, by: "User | None") -> "RoleGrant":
        """Give a declared role; giving it twice is giving it once. Raises LookupError for an undeclared one,
        OwnConfidences where somebody gives themselves one that `opens_confidences`.

        What lies about on paper and would open the account was made for somebody without it: it is worth nothing now.
        """
        role = find(Role, key)
        if role is None:
            raise LookupError(key)
        if role.opens_confidences and self == by:
            raise OwnConfidences
        User.objects.select_for_update().get(
            pk=self.pk
        )  # one after the other with a letter that is just being made
        grant, created = RoleGrant.objects.get_or_create(
            person=self, role=key, taken_at=None, defaults={"given_by": by}
        )
        if created:
            self.groups.add(Group.objects.get_or_create(name=key)[0])
            record("portal.role.given", self, by=by, role=key)
            self._make_papers_worthless(by=by)
            self.rights_changed()
        return grant

    @transaction.atomic
    def take_role(self, key: str, *, by: "User | None") -> None:
        """Take a role away. Raises LastAdministrator where nobody would be left to give roles."""
        if key == ADMINISTRATOR and self.is_last_administrator():
            raise LastAdministrator
        taken = self.role_grants.filter(role=key, taken_at=None).update(taken_at=timezone.now(), taken_by=by)
        if taken:
            self.groups.remove(*Group.objects.filter(name=key))
            if key == ADMINISTRATOR and self.is_superuser:
                # What came with the role goes with it (see the command `admin`).
                self.is_superuser = False
                self.save(update_fields=["is_superuser"])
            record("portal.role.taken", self, by=by, role=key)
            self.rights_changed()

    @transaction.atomic
    def is_last_administrator(self) -> bool:
        """True if nobody else would be left to give roles. Holds until the end of the caller's transaction."""
        # People are locked with their grants: neither do two administrators take the role from each other at once, nor
        # does one close the account of the other meanwhile.
        grants = RoleGrant.objects.select_for_update().select_related("person")
        holders = grants.filter(role=ADMINISTRATOR, taken_at=None).order_by("pk")
        return {grant.person_id for grant in holders if grant.person.is_active} == {self.pk}


class RoleGrant(models.Model):
    """That somebody holds a role, since when and by whom. The person's group follows from it, never the reverse."""

    person = models.ForeignKey(User, models.CASCADE, related_name="role_grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=60)
    given_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given on"), default=timezone.now, editable=False)
    taken_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    taken_at = models.DateTimeField(_("taken away on"), null=True, blank=True)

    class Meta:
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(taken_at=None), name="role_held_once"
            )
        ]

    def __str__(self) -> str:
        role = find(Role, self.role)
        return f"{self.person} · {role.label if role else self.role}"


class Household(models.Model):
    """People who live together. `name` is the agency's word for them, shown to themselves and to staff only."""

    name = models.CharField(_("name"), max_length=80)
    created_at = models.DateTimeField(_("registered on"), default=timezone.now, editable=False)
    # Of the form or the list that it was registered with: sent twice, it is one household.
    client_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def add(self, person: User, *, by: User | None, is_adult: bool = True) -> "HouseholdMember":
        member = self.members.create(person=person, is_adult=is_adult)
        record("portal.household.joined", self, by=by, person=person.pk)
        person.rights_changed()
        return member

    @transaction.atomic
    def remove(self, person: User, *, by: User | None) -> None:
        """The person leaves: rights and sessions end at once (THREATS.md, "ex still in the household")."""
        if self.members.filter(person=person).end():
            # What people under one roof let each other do was not meant for afterwards; they can grant it again.
            stayed = self.members.current().values("person")
            person.delegations_given.between(person, stayed).end_all("left", by=by)
            person.delegations_held.between(person, stayed).end_all("left", by=by)
            record("portal.household.left", self, by=by, person=person.pk)
            person.end_sessions()
            if person.invitations.void(by=by):
                record("portal.invitation.revoked", person, by=by)


class Spell(models.Model):
    """What holds from a day on, and until another once it has ended."""

    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        abstract = True


class HouseholdMember(Spell):
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="members", verbose_name=_("household")
    )
    person = models.ForeignKey(
        User, models.CASCADE, related_name="household_memberships", verbose_name=_("person")
    )
    is_adult = models.BooleanField(_("adult"), default=True)

    class Meta:
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until=None), name="person_in_one_household"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="household_spell_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.household}"


class Organization(models.Model):
    """An intermediate body: what stands between people and institutions and lends both a hand."""

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("association")
        PARISH = "parish", _("parish")
        UNION = "union", _("union")
        COOPERATIVE = "cooperative", _("cooperative")
        COMPANY = "company", _("company")
        PUBLIC = "public", _("public body")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    contact = models.CharField(
        _("when and where to find it"),
        max_length=200,
        blank=True,
        help_text=_("As on a door: days, hours, the place. No private addresses or numbers."),
    )
    about = models.TextField(
        _("what it does"), max_length=600, blank=True, help_text=_("In plain words, two or three sentences.")
    )
    areas = models.ManyToManyField(
        "portal.Municipality", blank=True, related_name="+", verbose_name=_("where it is at work")
    )
    accepts_volunteers = models.BooleanField(
        _("takes volunteers"),
        default=False,
        help_text=_("People who want to help may then ask to join it, at the door of the portal."),
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portal:organization", args=[self.pk])

    def is_coordinated_by(self, person: User) -> bool:
        return self.members.current().filter(person=person, is_coordinator=True).exists()

    @transaction.atomic
    def add(self, person: User, *, by: User | None, is_coordinator: bool = False) -> "OrganizationMember":
        member = self.members.create(person=person, is_coordinator=is_coordinator)
        record("portal.organization.joined", self, by=by, person=person.pk)
        person.rights_changed()
        return member

    @transaction.atomic
    def remove(self, person: User, *, by: User | None) -> None:
        """The person leaves: who vouched for them, and that they were checked, holds no longer, nor does any right.

        The fact `portal.organization.left` names them, for whatever else stood on the membership.
        """
        if self.members.filter(person=person).end():
            self.delegations.filter(delegate=person).end_all("left", by=by)
            record("portal.organization.left", self, by=by, person=person.pk)
            person.rights_changed()


class OrganizationMember(Spell):
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="members", verbose_name=_("organization")
    )
    person = models.ForeignKey(
        User, models.CASCADE, related_name="organization_memberships", verbose_name=_("person")
    )
    is_coordinator = models.BooleanField(_("coordinates"), default=False)
    vouched_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vouched for by")
    )
    vouched_at = models.DateTimeField(_("vouched for on"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked on"), null=True, blank=True, editable=False)

    objects = OrganizationMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of an organization")
        verbose_name_plural = _("members of organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=models.Q(until=None),
                name="organization_member_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization}"

    @property
    def is_trusted(self) -> bool:
        """Vouched for and checked, and still a member: sensitive help may be given (`User.may_help_sensitively`), and
        they may act for others as the organization's volunteer."""
        return self.until is None and self.vouched_at is not None and self.checked_at is not None

    @transaction.atomic
    def vouch(self, *, by: User) -> None:
        """A coordinator knows this person and answers for them; nobody does so for themselves."""
        self._mark("vouched", by=by, permission="portal.coordinate_organization")

    @transaction.atomic
    def unvouch(self, *, by: User) -> None:
        self._unmark("vouched", by=by, permission="portal.coordinate_organization")

    @transaction.atomic
    def mark_checked(self, *, by: User) -> None:
        """The agency's staff has seen who they are and what else it asks for; nobody checks themselves."""
        self._mark("checked", by=by, permission="portal.check_volunteers")

    @transaction.atomic
    def unmark_checked(self, *, by: User) -> None:
        self._unmark("checked", by=by, permission="portal.check_volunteers")

    @transaction.atomic
    def end(self, *, by: User) -> None:
        """The membership ends at once, by a coordinator's or the staff's hand, or by the person's own."""
        if self.person_id != by.pk and not by.has_perm("portal.end_membership", self.organization):
            raise PermissionDenied
        self.organization.remove(self.person, by=by)

    def _mark(self, what: str, *, by: User, permission: str) -> None:
        if self.person_id == by.pk or not by.has_perm(permission, self.organization):
            raise PermissionDenied
        current = OrganizationMember.objects.current().filter(pk=self.pk, **{f"{what}_at": None})
        if current.update(**{f"{what}_at": timezone.now(), f"{what}_by": by}):
            record(f"portal.member.{what}", self, by=by, person=self.person_id)

    def _unmark(self, what: str, *, by: User, permission: str) -> None:
        """Either is enough: whatever they might do as the organization's volunteer ends at once."""
        if not by.has_perm(permission, self.organization):
            raise PermissionDenied
        marked = OrganizationMember.objects.filter(pk=self.pk).exclude(**{f"{what}_at": None})
        if marked.update(**{f"{what}_at": None, f"{what}_by": None}):
            record(f"portal.member.un{what}", self, by=by, person=self.person_id)
            self.organization.delegations.filter(delegate=self.person_id).end_all("untrusted", by=by)
            self.person.rights_changed()
