"""Who answers for mutual aid in the demo's municipalities."""

from __future__ import annotations

from django.apps import apps

from portal.extensions import DemoData

from .models import Steward

_ANSWERS_FOR = {
    "Pero": "Associazione Vicini di Casa",
    "Rho": "Associazione Vicini di Casa",
    "Cornaredo": "Cooperativa La Bussola",
}


def load() -> None:
    Municipality, Organization = (
        apps.get_model("portal", "Municipality"),
        apps.get_model("portal", "Organization"),
    )
    for town, name in _ANSWERS_FOR.items():
        Steward.objects.create(
            municipality=Municipality.objects.get(name=town), organization=Organization.objects.get(name=name)
        )


DATA = (DemoData(key="community.safety.demo", load=load, order=41),)
