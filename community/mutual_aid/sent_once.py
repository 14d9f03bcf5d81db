"""What a phone sends twice is one row, and what two tabs change is not lost.

The address of a form names the row that it will be: whoever goes back to it in the browser finds the same form, and
where it was sent already, what came of it.
"""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.choices import flatten_choices
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.keys import AlreadySent, ClientIdTaken, Overtaken
from portal.ui.words import isolated, listed


def form_id_of(request: HttpRequest) -> UUID | None:
    """The client id that the address gives to the form; None where it gives none."""
    try:
        return UUID(request.GET.get("client_id", ""))
    except ValueError:
        return None


def to_form_of_its_own(request: HttpRequest) -> HttpResponse:
    """To the same address with a new client id in it."""
    return redirect(f"{request.path}?{urlencode({**request.GET.dict(), 'client_id': uuid4()})}")


def to_what_was_published(request: HttpRequest, row: models.Model) -> HttpResponse:
    """To what came of a form that was sent before."""
    messages.info(
        request, _("You have published this already: it is here. You can change it, or write another.")
    )
    return redirect(row)


def already_published(row: models.Model) -> str:
    """To whoever sends a form once more, in other words than what came of it."""
    return _(
        "You have published “%(name)s” already, in other words than these. Open it and change it there; "
        "if this is another one, give it another name or another time."
    ) % {"name": row}


class SentOnceForm(forms.Form):
    """A new row, known by the `client_id` that its form carries, or changes of one that stands, known by the version
    that the page has `seen`. `take_in(send)` gives what `send()` does; None, and an error in the form, where the id is
    another's, or where what stands there is no longer what the page shows."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def take_in(self, send):
        fresh = {"client_id": str(uuid4())}
        try:
            return send()
        except ClientIdTaken:
            self.add_error(None, _("We did not recognise this form. Check it and send it again."))
        except AlreadySent as sent:
            self.add_error(None, already_published(sent.row))
        except Overtaken as overtaken:
            self.add_error(
                None,
                _(
                    "This was changed meanwhile, perhaps from another phone. What you wrote is still here: look at "
                    "what stands there now, and if yours is right, send it again."
                ),
            )
            if overtaken.version == self.initial.get("seen"):
                self._say_what_stands_there()
            fresh = {"seen": overtaken.version}
        self.data = self.data.copy()
        for name, value in fresh.items():
            self.data[self.add_prefix(name)] = value
        return None

    def _say_what_stands_there(self) -> None:
        """Next to each field that would write over it, also where this person has not touched it."""
        for bound in self.visible_fields():
            if bound.field.has_changed(bound.initial, bound.data):
                self.add_error(bound.name, _("Now it says here: %(what)s") % {"what": _in_words(bound)})


def _in_words(bound: forms.BoundField) -> str:
    """What a form shows in a field before anybody has written there."""
    value = bound.field.prepare_value(bound.initial)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if choices := getattr(bound.field, "choices", ()):
        chosen = {str(key) for key in (value if isinstance(value, list) else [value])}
        return listed(label for key, label in flatten_choices(choices) if str(key) in chosen)
    if value in (None, ""):
        return pgettext("of a field", "nothing")
    return isolated(str(localize(value)))


class SentOnceMixin(models.Model):
    """Something that its `organizer` publishes by a form, and changes by the same."""

    client_id = models.UUIDField(unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def version(self) -> str:
        """Another one whenever a form has changed what stands here."""
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
        if known is not None and known.differing(told):
            raise AlreadySent(known)
        return known

    def differing(self, told: dict[str, Any]) -> dict[str, Any]:
        """Of the fields that a form has told those that stand here otherwise."""
        return {name: value for name, value in told.items() if getattr(self, name) != value}


def lock_people(*people: Any) -> None:
    """Whoever acts twice at once does so one after the other. Before any other lock, in one order for everybody; what
    only names the person in a row of its own need not wait."""
    keys = sorted({person.pk for person in people})
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
