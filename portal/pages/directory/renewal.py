"""Once a year an organization is asked whether its entries are right: by a link in a mail, without an account.

The link lets whoever has it say that all is right, or propose other words to the editor. It publishes nothing, and
shows nothing that everybody could not read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.events import record
from portal.people.mail import deliver_to
from portal.people.tokens import digest, new_token

from .models import Provider, Renewal, ResourcePage, take_out_of_search
from .querysets import dropped_since
from .words import Status

LIFE = timedelta(days=45)
ASK_AFTER = timedelta(days=330)  # so that an answer comes before the entry is old
ASK_AGAIN = timedelta(days=30)
AT_MOST = timedelta(hours=24)  # one mail: an editor may press twice


class BadLink(Exception):
    """Cut off, made up, or too old."""


@transaction.atomic
def ask(provider: Provider, *, by: Any = None) -> bool:
    """Send the organization a link to its entries. False where there is no address, no entry, or a mail of today.

    `by` None is the schedule. Links of older mails go on working until their time is over.
    """
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    now = timezone.now()
    if not provider.email or provider.renewals.filter(sent_at__gt=now - AT_MOST).exists():
        return False
    token = new_token()
    asked = Renewal(provider=provider, digest=digest(token), sent_at=now, expires_at=now + LIFE)
    if not asked.entries().exists():
        return False
    asked.save()
    record("portal.resource.renewal_asked", provider, by=by, renewal=asked.pk)
    with translation.override(settings.LANGUAGE_CODE):
        url = settings.WAGTAILADMIN_BASE_URL + reverse("portal:renewal", args=[token])
        subject = _("Is what we write about you still right?")
        text = _(
            "Hello,\n\n%(site)s tells people in the district what you offer. Please look whether all of it is still "
            "right: one press is enough. If something has changed, write it there.\n\n%(url)s\n\nYou need no account. "
            "The link works until %(day)s. Whoever has it can answer for you: pass it on to those only who may."
        ) % {
            "site": settings.PORTAL_NAME,
            "url": url,
            "day": format_date(timezone.localtime(asked.expires_at), "long", locale=settings.LANGUAGE_CODE),
        }
    deliver_to.enqueue(provider.email, subject, text)
    return True


def behind(token: str) -> Renewal:
    """The question whose mail carried the token. Raises BadLink."""
    asked = Renewal.objects.open().filter(digest=digest(token)).select_related("provider").first()
    if asked is None:
        raise BadLink
    return asked


def due() -> list[Provider]:
    """Who has an entry that nobody has looked at for eleven months, and was not asked within the last one."""
    now = timezone.now()
    old = ResourcePage.objects.listed().filter(assured_on__lte=(timezone.localdate(now) - ASK_AFTER))
    lately = Renewal.objects.filter(sent_at__gt=now - ASK_AGAIN).values("provider")
    return list(
        Provider.objects.filter(pk__in=old.values("provider")).exclude(email="").exclude(pk__in=lately)
    )


def come_round() -> None:
    """Once a day: who is to be asked is asked, and what has left the lists leaves the search."""
    for provider in due():
        ask(provider)
    gone = ResourcePage.objects.with_facts().live()
    gone = gone.filter(assured_on__lte=dropped_since()) | gone.filter(status=Status.INACTIVE)
    versions = ResourcePage.objects.filter(translation_key__in=gone.values("translation_key"))
    take_out_of_search(versions)
