"""What a phone sends twice is one row: by the client id of its form, and by its words where "Back" has drawn the form
anew, with another id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4

from django import forms
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from community.keys import AlreadySent, ClientIdTaken

SENT_TWICE_WITHIN = timedelta(hours=1)


def already_published(row: models.Model) -> str:
    """To whoever sends a form once more, in other words than what came of it."""
    return _(
        "You have published “%(name)s” already, in other words than these. Open it and change it there; "
        "if this is another one, give it another name or another time."
    ) % {"name": row}


class SentOnceForm(forms.Form):
    """Carries the id by which its row is known. `take_in(send)` gives what `send()` does; None, and an error in the
    form, where the id is another's or what was sent before is no longer what stands there."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def take_in(self, send):
        try:
            return send()
        except ClientIdTaken:
            self.add_error(None, _("We did not recognise this form. Check it and send it again."))
        except AlreadySent as sent:
            self.add_error(None, already_published(sent.row))
        self.data = self.data.copy()
        self.data[self.add_prefix("client_id")] = str(uuid4())
        return None


class SentOnceMixin(models.Model):
    """Something that its `organizer` publishes by a form. `TWINS` are the fields by which a row is the same again."""

    TWINS: ClassVar[tuple[str, ...]]

    client_id = models.UUIDField(unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def standing(cls, rows: models.QuerySet, told: dict[str, Any]) -> models.QuerySet:
        """Of `rows` those that are not called off: what was may be published anew."""
        raise NotImplementedError

    @classmethod
    def sent_before(cls, *, by: Any, client_id: Any, **told: Any) -> Self | None:
        """What came of this form when it was sent before; within a transaction, in which nobody else sends theirs.

        Raises ClientIdTaken for the id of somebody else's row, AlreadySent where it stands there in other words.
        """
        lock_people(by)
        known = cls.objects.filter(client_id=client_id).first()
        if known is not None and known.organizer_id != by.pk:
            raise ClientIdTaken
        if known is None:
            since = timezone.now() - SENT_TWICE_WITHIN
            twins = cls.standing(cls.objects.filter(organizer=by, made_at__gte=since), told)
            known = twins.filter(**{name: told[name] for name in cls.TWINS}).first()
        if known is not None and any(getattr(known, name) != value for name, value in told.items()):
            raise AlreadySent(known)
        return known


def lock_people(*people: Any) -> None:
    """Whoever acts twice at once does so one after the other. Before any other lock, in one order for everybody; what
    only names the person in a row of its own need not wait."""
    keys = sorted({person.pk for person in people})
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
