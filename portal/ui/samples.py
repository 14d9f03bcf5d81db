"""What the style guide shows its components with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .widgets import PictogramSelect

TOPICS = {
    "light": ("lightbulb", _("Lamp")),
    "water": ("droplets", _("Water")),
    "lift": ("arrow-up-down", _("Lift")),
    "door": ("door-open", _("Doors and locks")),
}


class SampleForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), help_text=_("This is the name that others in the portal see.")
    )
    text = forms.CharField(
        label=_("What happens?"), required=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(value, label) for value, (_icon, label) in TOPICS.items()],
        widget=PictogramSelect(icons={value: icon for value, (icon, _label) in TOPICS.items()}),
    )
    urgency = forms.ChoiceField(
        label=_("Can it wait?"),
        choices=[("no", _("Nobody can use it now")), ("yes", _("It can wait a little"))],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("it", "Italiano"), ("en", "English"), ("ar", "العربية")]
    )
    photo = forms.FileField(
        label=_("Photos"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    agree = forms.BooleanField(label=_("I have read this"))


def context() -> dict[str, Any]:
    now = timezone.now()
    return {
        "now": now - timedelta(hours=2),
        "form": SampleForm(),
        "wrong_form": SampleForm({}, prefix="wrong"),
        "page": Paginator(range(100), 10).get_page(4),
        "crumbs": [{"title": _("Start"), "url": "/"}],
        "sections": [
            (_("Find a home"), _("Who can ask, how, and what you need."), "key-round"),
            (_("Lend a hand"), _("Hours given and received, house by house."), "heart-handshake"),
            (_("Come to the desk"), _("Pero and Rho, by appointment or without."), "calendar-days"),
        ],
        "steps": [
            {"label": _("Received"), "is_passed": True},
            {"label": _("Looked at"), "is_passed": True},
            {"label": _("In work"), "is_here": True},
            {"label": _("Repaired")},
        ],
        "badges": [
            ("info", "hammer", _("in work")),
            ("success", "check", _("repaired")),
            ("warning", "pause", _("waiting")),
            ("danger", "clock", _("late")),
            ("quiet", "archive", _("closed")),
        ],
        "alerts": [
            ("info", _("The desk in Rho is closed on Monday.")),
            ("success", _("Thank you. Your report has arrived.")),
            ("warning", _("Your agreement ends in two months. Let us talk about it.")),
            ("danger", _("This did not work. Nothing was sent.")),
        ],
        "tabs": [
            {"label": _("Open"), "url": "?", "is_current": True, "count": 7},
            {"label": _("Finished"), "url": "?show=finished", "count": 41},
            {"label": _("Mine"), "url": "?show=mine", "count": 2},
        ],
        "entries": [
            {"icon": "megaphone", "sentence": _("The report has arrived"), "at": now - timedelta(days=3)},
            {
                "icon": "search",
                "sentence": _("We have looked at it"),
                "at": now - timedelta(hours=5),
                "note": _("The lamp is broken. We bring a new one."),
            },
            {"icon": "circle-check", "sentence": _("It is repaired"), "at": now - timedelta(minutes=8)},
        ],
        "scale": [(_("At the lowest"), -600), (_("Now"), 210), (_("At the highest"), 1200)],
        "bars": [("Pero", 30), ("Rho", 12), ("Settimo Milanese", 7)],
        "points": [("12/2025", 4), ("01/2026", 9), ("02/2026", 6), ("03/2026", 14), ("04/2026", 11)],
    }
