from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserQuerySet(models.QuerySet):
    def named_like(self, name: str) -> "UserQuerySet":
        """Those whose shown name has these letters in it, in whatever case. For whoever may look people up."""
        return self.filter(display_name__icontains=name)

    def with_role(self, *keys: str) -> "UserQuerySet":
        """Active people who hold one of the roles now, each once."""
        return self.filter(is_active=True, role_grants__role__in=keys, role_grants__taken_at=None).distinct()

    def knowing_roles(self) -> "UserQuerySet":
        """For whoever asks of each what they may: one question for the roles of all, and not one a person."""
        return self.prefetch_related("role_grants")

    def without_role(self) -> "UserQuerySet":
        """Active people who hold no role now."""
        holders = self.model.role_grants.rel.related_model.objects.filter(
            taken_at=None, person=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(holders), is_active=True, is_superuser=False)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, *, email=None, password=None, **fields):
        """A person without a password signs in by code."""
        user = self.model(email=self.normalize_email(email).lower() or None if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email=None, password=None, **fields):
        return self.create_user(email=email, password=password, is_superuser=True, **fields)

    def signing_in_as(self, login: str):
        """The one active person with that e-mail address, or with that phone to sign in with ("+39…"), or None.

        Always one query.
        """
        if login.startswith("+") and "@" not in login:
            return self.filter(phone=login, is_active=True).first()
        # Spelled as the unique index is, so that the database finds the row without reading the table.
        return (
            self.alias(lower_email=Lower("email")).filter(lower_email=login.lower(), is_active=True).first()
        )


class CurrentQuerySet(models.QuerySet):
    """Rows that hold for a while: `since` a day, `until` another or still."""

    def current(self) -> "CurrentQuerySet":
        return self.filter(until=None)

    def on(self, day) -> "CurrentQuerySet":
        return self.filter(models.Q(until=None) | models.Q(until__gte=day), since__lte=day)

    def ended_before(self, moment) -> "CurrentQuerySet":
        return self.filter(until__lt=timezone.localdate(moment))

    def end(self) -> int:
        return self.current().update(until=timezone.localdate())


class OrganizationMemberQuerySet(CurrentQuerySet):
    def trusted(self) -> "OrganizationMemberQuerySet":
        """Members now whom a coordinator has vouched for and staff has checked: those with `is_trusted`."""
        return self.current().filter(vouched_at__isnull=False, checked_at__isnull=False)


class OrganizationQuerySet(models.QuerySet):
    def of(self, user) -> "OrganizationQuerySet":
        """Those that somebody is a member of now."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(members__person=user, members__until=None)

    def answering_for(self, person) -> "OrganizationQuerySet":
        """Those as whose volunteer somebody may give sensitive help now."""
        trusted = self.model.members.rel.related_model.objects.trusted().filter(person=person)
        return self.filter(pk__in=trusted.values("organization"))

    def visible_to(self, user) -> "OrganizationQuerySet":
        """The rule `portal.view_organization`, for many: one's own; for whoever keeps the register, all."""
        return self if user.has_perm("portal.decide_join_request") else self.of(user)

    def accepting(self) -> "OrganizationQuerySet":
        """Those that people may ask to join."""
        return self.filter(accepts_volunteers=True)
