"""The question "for whom is it?" in a form."""

from __future__ import annotations

from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _

from .neighbourhood import Audience, Meant, meant_by


class AudienceField(forms.ChoiceField):
    """Offers what somebody can mean (`offer_to(user)` first) and gives a `Meant`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Who may see it?"))
        super().__init__(
            error_messages={
                "required": _("Choose who may see it."),
                "invalid_choice": _("Choose one from the list."),
            },
            **kwargs,
        )
        self._meant: dict[str, Meant] = {}

    def offer_to(self, user) -> None:
        """Those near stand first, and the first is chosen."""
        answers = meant_by(user)
        self._meant = {meant.key: meant for meant in answers}
        self.choices = [
            (Audience(audience).label, [(meant.key, meant.label) for meant in group])
            for audience, group in groupby(answers, key=lambda meant: meant.audience)
        ]
        if self.initial is None and answers:
            self.initial = answers[0].key

    def clean(self, value) -> Meant | None:
        return self._meant.get(super().clean(value))
