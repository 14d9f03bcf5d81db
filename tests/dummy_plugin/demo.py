"""A desk that lends keys: invented, like all of the demo."""

from __future__ import annotations

import uuid

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from portal.extensions import Persona

from .models import Key

PERSONAS = (
    Persona(
        key="keykeeper", name="Ornella Pozzi", description=_("lends the keys at the desk"), icon="key-round"
    ),
)


def load() -> None:
    User = get_user_model()
    keeper = User.objects.create_user(username="demo.keykeeper", display_name=PERSONAS[0].name, language="it")
    keeper.give_role("keys.desk", by=None)
    for area in apps.get_model("portal", "CommonArea").objects.filter(
        kind__in=["laundry", "room", "cellars"]
    ):
        Key.objects.create(area=area, name=f"{area.name}, chiave di riserva", added_by=keeper)
    tenant = User.objects.get(username="demo.tenant")
    for key in Key.objects.for_home_of(tenant)[:1]:
        key.ask(by=tenant, client_id=uuid.uuid4()).lend(by=keeper)
