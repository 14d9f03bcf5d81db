"""The phones and computers that are told of news on their screen, each as long as it stays signed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

MOST = 10  # devices of one person; the oldest goes when one more comes
FAILURES = 10  # in a row, after which a device is given up


class PushSubscriptionQuerySet(models.QuerySet):
    def of(self, person: Any) -> PushSubscriptionQuerySet:
        return self.filter(person=person).order_by("created_at")

    def signed_in(self) -> PushSubscriptionQuerySet:
        """Those whose session is still there; `is_alive` knows more."""
        sessions = Session.objects.filter(
            expire_date__gt=timezone.now(), session_key=models.OuterRef("session_key")
        )
        return self.filter(models.Exists(sessions), person__is_active=True)

    def ended(self) -> PushSubscriptionQuerySet:
        return self.exclude(pk__in=self.signed_in().values("pk"))


class PushSubscription(models.Model):
    """A browser that asked to be woken, and where its push service takes messages for it.

    It ends with the session that made it: signing out deletes it, and a session that was ended from elsewhere (a
    household left, a new password, `end_sessions()`) is seen before every message. It is in no backup
    (portal/management/databases.py).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions", verbose_name=_("person")
    )
    session_key = models.CharField(max_length=40, db_index=True, editable=False)
    session_hash = models.CharField(max_length=200, editable=False)
    # Of the endpoint, which is too long to be unique by itself everywhere.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    endpoint = models.TextField(_("address at the push service"))
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(_("device"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)
    last_success_at = models.DateTimeField(_("last reached on"), null=True, editable=False)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    # The notification that it was told of last: an attempt that comes again, for another device, leaves it alone.
    last_told_id = models.BigIntegerField(null=True, editable=False)
    # The push service asked to be left alone until then.
    not_before = models.DateTimeField(null=True, editable=False)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("device that is told")
        verbose_name_plural = _("devices that are told")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.service}"

    @property
    def service(self) -> str:
        """The host of the push service: of the address the one part that names nobody."""
        return urlsplit(self.endpoint).hostname or ""

    @property
    def is_alive(self) -> bool:
        """Whether the session that made it lasts, and is still the person's."""
        there = Session.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now()).exists()
        person = (
            type(self).person.field.related_model.objects.filter(pk=self.person_id, is_active=True).first()
        )
        return bool(
            there and person and constant_time_compare(self.session_hash, person.get_session_auth_hash())
        )

    @classmethod
    @transaction.atomic
    def subscribe(
        cls, person: Any, session_key: str, *, endpoint: str, p256dh: str, auth: str, device: str = ""
    ) -> PushSubscription:
        """Tell this browser of the person's news. Asked twice it is done once.

        An endpoint is a browser's own secret: whoever brings it sits before that browser, so it is theirs from now on,
        whoever had signed in there before.
        """
        subscription, _created = cls.objects.update_or_create(
            digest=hashlib.sha256(endpoint.encode()).hexdigest(),
            defaults={
                "person": person,
                "session_key": session_key,
                "session_hash": person.get_session_auth_hash(),
                "endpoint": endpoint,
                "p256dh": p256dh,
                "auth": auth,
                "device": device[:60],
                "failures": 0,
                "not_before": None,
                "created_at": timezone.now(),
            },
        )
        # One session is one browser, and that has one address at a time.
        cls.objects.filter(session_key=session_key).exclude(pk=subscription.pk).delete()
        newest = cls.objects.filter(person=person).order_by("-created_at", "-pk").values_list("pk", flat=True)
        cls.objects.filter(pk__in=list(newest[MOST:])).delete()
        return subscription

    def succeeded(self, notification_id: int) -> None:
        type(self).objects.filter(pk=self.pk).update(
            last_success_at=timezone.now(), last_told_id=notification_id, failures=0, not_before=None
        )

    def failed(self, *, not_before: datetime | None = None) -> bool:
        """Count it; whether the device is given up."""
        rows = type(self).objects.filter(pk=self.pk)
        rows.update(failures=models.F("failures") + 1, not_before=not_before)
        return bool(rows.filter(failures__gte=FAILURES).delete()[0])


def reached(people: Iterable[int]) -> set[int]:
    """Who of these (ids) has a device that may be told. One query; whether a session was ended is asked when it is."""
    devices = PushSubscription.objects.signed_in().filter(person__in=people)
    return set(devices.values_list("person_id", flat=True))


def session_went_on(person: Any, old_key: str, new_key: str) -> None:
    """The same sign-in under another key, after a new password: its device goes with it."""
    PushSubscription.objects.filter(session_key=old_key, person=person).update(
        session_key=new_key, session_hash=person.get_session_auth_hash()
    )


def session_ended(key: str) -> None:
    PushSubscription.objects.filter(session_key=key).delete()
