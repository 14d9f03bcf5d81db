from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.events import record
from portal.people.tokens import digest, new_token
from portal.ui.user_agents import browser_of, system_of
from portal.ui.words import listed


class DeviceQuerySet(models.QuerySet):
    def signed_in(self, person: Any) -> list[Device]:
        """The person's devices that have a session which still lets in, the last used first. Two queries."""
        against = digest(person.get_session_auth_hash())
        rows = list(self.filter(person=person, held_against=against).exclude(session_key=None))
        alive = set(
            Session.objects.filter(
                session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
            ).values_list("session_key", flat=True)
        )
        return [row for row in rows if row.session_key in alive]


class Device(models.Model):
    """A browser on a device that somebody signs in with: known by a cookie of its own, with its session if it has one.

    Neither an address nor the browser's full description is kept: what it is called is enough to know it again.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices", verbose_name=gettext_lazy("person")
    )
    mark = models.CharField(max_length=64, editable=False)  # digest of the cookie
    session_key = models.CharField(max_length=40, null=True, unique=True, editable=False)
    # Digest of what the person's sessions were held against when this one began: another, and they have all ended.
    held_against = models.CharField(max_length=64, editable=False)
    system = models.CharField(gettext_lazy("device"), max_length=20)
    browser = models.CharField(gettext_lazy("browser"), max_length=20)
    first_seen = models.DateTimeField(gettext_lazy("first seen on"), default=timezone.now)
    last_seen = models.DateTimeField(gettext_lazy("last seen on"), default=timezone.now)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("device")
        verbose_name_plural = gettext_lazy("devices")
        ordering = ["-last_seen", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "mark"], name="device_known_once")]

    def __str__(self) -> str:
        """ "Chrome, Android"; the two names are their makers' own."""
        return listed(filter(None, (self.browser, self.system))) or _("A device that we cannot name")

    @classmethod
    @transaction.atomic
    def arrive(cls, request: HttpRequest, known_by: str, *, tell: bool) -> tuple[Device, str | None]:
        """Somebody has come in with this request's session. Returns the device, and the cookie for a new one.

        A device that was not known, of somebody who has others, is told to the person where `tell` says so.
        """
        person, agent = request.user, request.headers.get("User-Agent", "")
        now = {
            "session_key": request.session.session_key,
            "held_against": digest(person.get_session_auth_hash()),
            "system": system_of(agent),
            "browser": browser_of(agent),
            "last_seen": timezone.now(),
        }
        # Two requests of a page that has just come may both find nothing: one after the other.
        get_user_model().objects.select_for_update().only("pk").get(pk=person.pk)
        same = models.Q(session_key=now["session_key"])
        if known_by:
            same |= models.Q(mark=digest(known_by))
        device = cls.objects.filter(same, person=person).order_by("session_key").first()
        if device is not None:
            cls.objects.filter(session_key=now["session_key"]).exclude(pk=device.pk).update(session_key=None)
            cls.objects.filter(pk=device.pk).update(**now)
            return device, None
        # What another person's browser is known by here stays; of a forged cookie nothing is kept.
        has_others = cls.objects.filter(person=person).exists()
        known = bool(known_by) and cls.objects.filter(mark=digest(known_by)).exists()
        token = known_by if known else new_token()
        device, created = cls.objects.get_or_create(person=person, mark=digest(token), defaults=now)
        if created and has_others and tell:
            # Without an actor: it may have been somebody else, and the person must hear of it.
            record("portal.proof.new_device", person, by=None)
        return device, token

    @transaction.atomic
    def end(self, *, by: Any) -> None:
        """Sign this device out: its pages lead to sign-in, its sockets close. Once is enough."""
        if self.session_key is None:
            return
        store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        store(session_key=self.session_key).delete()
        type(self).objects.filter(pk=self.pk).update(session_key=None)
        record("portal.proof.device_ended", self.person, by=by)


def end_all_others(request: HttpRequest) -> None:
    """Sign whoever asks out everywhere but here."""
    request.user.sign_out_everywhere(by=request.user)
    update_session_auth_hash(request, request.user)
