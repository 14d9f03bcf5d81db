"""What a phone sends twice is one row, and what two tabs change is not lost.

The address of a form names the row that it will be: whoever goes back to it in the browser finds the same form, and
where it was sent already, what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
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
    that the page has `seen` and by what it has `shown`. `take_in(send)` gives what `send()` does; None, and an error
    in the form, where the id is another's, or where what stands there is no longer what the page shows: then what
    others have changed joins what this person has."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    # By the name of a field that says something of another one (how many of a thing) the name of that.
    SAYS_MORE_OF: Mapping[str, str] = {}
    # The names of fields that most people leave empty: they unfold.
    FOLDED: frozenset[str] = frozenset()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = self._shown_now

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name not in self.FOLDED]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name in self.FOLDED]

    @property
    def is_unfolded(self) -> bool:
        return any(bound.value() or bound.errors for bound in self.folded_fields)

    def take_in(self, send):
        fresh = {"client_id": str(uuid4())}
        self.data = self.data.copy()
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
                    "This was changed meanwhile, perhaps from another phone. Now both stand here: what was changed "
                    "there, and what you have changed. Look at it once more, and send it again."
                ),
            )
            fresh = {}
            # Otherwise it was changed once more since this form was made: the next press finds that.
            if overtaken.version == self.initial.get("seen"):
                self._join()
                fresh = {"seen": overtaken.version, "shown": self._shown_now()}
        for name, value in fresh.items():
            self.data[self.add_prefix(name)] = value
        return None

    def _shown_now(self) -> str:
        """What a form about something that stands shows of it; nothing for something new."""
        if not self.initial.get("seen"):
            return ""
        shown = {bound.name: bound.field.prepare_value(bound.initial) for bound in self.visible_fields()}
        return json.dumps(shown, cls=DjangoJSONEncoder)

    def _join(self) -> None:
        """A field that this person has not touched takes what stands there now, one that nobody else has touched stays
        as it is; what two have changed stays as well, and next to it is said what stands there."""
        shown, now = self._shown_before(), json.loads(self._shown_now())
        theirs = {name for name in now if name not in shown or shown[name] != now[name]}
        mine = {
            bound.name
            for bound in self.visible_fields()
            if bound.name not in shown or _differs(bound.field, shown[bound.name], bound.data)
        }
        for bound in self.visible_fields():
            if not _differs(bound.field, now[bound.name], bound.data):
                continue
            whole = self._whole(bound.name)
            if bound.name in mine & theirs or (whole[0] in theirs and not mine.isdisjoint(whole)):
                self.add_error(bound.name, _("Now it says here: %(what)s") % {"what": _in_words(bound)})
            elif bound.name not in mine:
                self.data.setlist(bound.html_name, _as_sent(bound))

    def _shown_before(self) -> dict[str, Any]:
        """By the name of a field what the page showed in it; nothing where the form does not say so."""
        try:
            shown = json.loads(self.cleaned_data["shown"])
        except (ValueError, RecursionError):
            return {}
        return shown if isinstance(shown, dict) else {}

    def _whole(self, name: str) -> list[str]:
        """The names of the fields that speak of the same, the one that names it first."""
        head = self.SAYS_MORE_OF.get(name, name)
        return [head, *(more for more, of in self.SAYS_MORE_OF.items() if of == head)]


def _differs(field: forms.Field, shown: Any, sent: Any) -> bool:
    """Whether what was sent is something else than what a form showed, which may be forged."""
    try:
        if isinstance(field, forms.DateField | forms.TimeField):
            shown = field.to_python(shown)
        return field.has_changed(shown, sent)
    except (TypeError, ValueError, ValidationError):
        return True


def _as_sent(bound: forms.BoundField) -> list[str]:
    """What a browser sends of a field in which nobody has written anything."""
    value = bound.field.prepare_value(bound.initial)
    if isinstance(value, bool):
        return ["on"] if value else []
    written = bound.field.widget.format_value(value)
    return written if isinstance(written, list) else [written or ""]


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
