"""A time bank that has begun: invented, like all of the demo."""

from __future__ import annotations

import uuid

from django.apps import apps
from django.contrib.auth import get_user_model

from .accounts import give_to_pot, group_credit
from .models import HoursAccount
from .pot import PotRequest


def load() -> None:
    """Neighbours who cleared the courtyard together gave some of it to the common pot; one of them asks for hours."""
    people = {key: get_user_model().objects.get(username=f"demo.{key}") for key in _PERSONAS}
    bank = HoursAccount.bank()
    group_credit(
        [people[key] for key in ("tenant", "tenant2", "volunteer", "coordinator")],
        180,
        key="demo:courtyard",
        about=bank,
    )
    for key, minutes in (("tenant", 30), ("volunteer", 90), ("coordinator", 120)):
        give_to_pot(people[key], minutes, key=f"demo:gift:{key}")
    home = apps.get_model("portal", "Building").objects.home_of(people["tenant3"]).first()
    if home is not None:
        PotRequest.ask(
            by=people["tenant3"],
            minutes=60,
            client_id=uuid.uuid4(),
            municipality_id=home.municipality_id,
        )


_PERSONAS = ("tenant", "tenant2", "tenant3", "volunteer", "coordinator")
