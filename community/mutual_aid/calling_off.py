"""What is called off: shifts and gatherings alike, with a word about why."""

from __future__ import annotations

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import OneLineField

REASON_LIMIT = 200  # characters


class CalledOffMixin(models.Model):
    """Something that may not take place after all."""

    cancelled_at = models.DateTimeField(_("called off on"), null=True, editable=False)
    off_because = models.CharField(
        _("why it is called off"), max_length=REASON_LIMIT, blank=True, default="", editable=False
    )

    class Meta:
        abstract = True

    @property
    def is_off(self) -> bool:
        return self.cancelled_at is not None


class CallOffForm(forms.Form):
    """Why it does not take place."""

    because = OneLineField(
        label=_("Why not?"),
        max_length=REASON_LIMIT,
        required=False,
        help_text=_("A few words that all of them read. For example: the room is closed."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="off_%s", **kwargs)
