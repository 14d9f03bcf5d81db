"""What an editor fills in, and what is refused: facts on a translation, hours that meet."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import PortalPageForm

from .schedules import meet


class ResourceForm(PortalPageForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_first:
            if "provider" in self.fields:
                self.fields["provider"].required = True
        else:
            for name in self.instance.FACTS:
                self.fields.pop(name, None)
            self.formsets.pop("places", None)

    def clean(self):
        cleaned = super().clean()
        if not self.instance.is_first and not self.instance.pk and not self._has_first():
            raise forms.ValidationError(
                _(
                    "A resource is first written in the portal's own language, where its facts stand. Write it there, "
                    "then translate it."
                )
            )
        return cleaned

    def _has_first(self) -> bool:
        first = self.instance.get_translations().filter(locale__language_code=settings.LANGUAGE_CODE)
        return first.exists()

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if "places" not in self.formsets:
            return valid
        taken: set[int] = set()
        for place in self.formsets["places"].forms:
            if not place.is_valid() or _goes(place):
                continue
            where = place.cleaned_data.get("place")
            if where and where.pk in taken:
                place.add_error("place", _("This place stands here twice: write its hours together."))
                valid = False
            elif where:
                taken.add(where.pk)
            valid = self._hours_stand_apart(place) and valid
        return valid

    def _hours_stand_apart(self, place: forms.ModelForm) -> bool:
        apart, before = True, []
        for row in place.formsets["hours"].forms if "hours" in getattr(place, "formsets", {}) else []:
            if not row.is_valid() or _goes(row) or not row.cleaned_data.get("days"):
                continue
            hours = row.instance
            if any(meet(hours, other) for other in before):
                row.add_error(
                    "opens", _("These hours meet others of the same day. Write them as one, or apart.")
                )
                apart = False
            before.append(hours)
        return apart


def _goes(form: forms.ModelForm) -> bool:
    return bool(form.cleaned_data.get("DELETE"))
