"""The question "for whom is it?" in a form."""

from __future__ import annotations

from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _

from .neighbourhood import Audience, AudienceMixin, Meant, meant_by, meant_by_agency


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

    def offer_to(self, user, *, now: AudienceMixin | None = None, agency: bool = False) -> None:
        """Those near stand first, and the first is chosen; to the `agency` all that is its own, and nothing is. Of
        what is to be changed, whom it is meant for `now` can stay."""
        answers = [*meant_by(user), *(meant_by_agency() if agency else ()), *([Meant.of(now)] if now else ())]
        in_order = sorted(answers, key=lambda meant: list(Audience).index(meant.audience))
        self._meant = {meant.key: meant for meant in in_order}
        self.choices = [
            *([("", _("Choose one from the list."))] if agency else ()),
            *(
                (Audience(audience).label, [(meant.key, meant.label) for meant in group])
                for audience, group in groupby(self._meant.values(), key=lambda meant: meant.audience)
            ),
        ]
        if self.initial is None and answers and not agency:
            self.initial = answers[0].key

    @property
    def offered(self) -> list[Meant]:
        return list(self._meant.values())

    def clean(self, value) -> Meant | None:
        return self._meant.get(super().clean(value))
