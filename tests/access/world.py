"""The demo with some things of known owners in it, and one browser for each persona."""

from __future__ import annotations

import io
import uuid
from functools import cached_property

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from .people import ANYONE


class World:
    """What the declarations in routes.py and topics.py may name."""

    def __init__(self):
        self.users = {key: get_user_model().objects.get(username=f"demo.{key}") for key in ANYONE}
        self._clients: dict[str | None, Client] = {}

    def client(self, persona: str | None) -> Client:
        """A signed-in browser; None is a visitor."""
        if persona not in self._clients:
            client = Client()
            if persona:
                client.force_login(self.users[persona])
            self._clients[persona] = client
        return self._clients[persona]

    def ask(self, persona: str | None, method: str, path: str, **data):
        """What this persona is answered. Whatever the request changes is taken back."""
        client = self.client(persona)
        with transaction.atomic():
            answer = getattr(client, method)(path, data)
            transaction.set_rollback(True)
        return answer

    # -- homes ------------------------------------------------------------------------------------------------------

    @cached_property
    def tenants_home(self):
        """Where tenant and tenant2 live."""
        return apps.get_model("portal", "Building").objects.home_of(self.users["tenant"]).get()

    @cached_property
    def other_home(self):
        """Where tenant3 lives."""
        return apps.get_model("portal", "Building").objects.home_of(self.users["tenant3"]).get()

    # -- faults -----------------------------------------------------------------------------------------------------

    def _ticket(self, building, by: str, assignee: str | None = None):
        ticket = apps.get_model("manutenzione", "Ticket").report(
            by=self.users[by],
            client_id=uuid.uuid4(),
            area=building.common_areas.first(),
            category="lighting",
            urgency="P2",
            text="La luce non si accende.",
        )
        if assignee:
            ticket.triage(by=self.users["maintenance"], assignee=self.users[assignee])
        return ticket

    @cached_property
    def tenants_ticket(self):
        return self._ticket(self.tenants_home, by="tenant")

    @cached_property
    def neighbours_ticket(self):
        """In the same building, by tenant2, given to the contractor."""
        return self._ticket(self.tenants_home, by="tenant2", assignee="contractor")

    @cached_property
    def foreign_ticket(self):
        """In another building."""
        return self._ticket(self.other_home, by="tenant3")

    # -- photos -----------------------------------------------------------------------------------------------------

    def _photo(self, owner: str, target=None):
        from portal.uploads.models import Photo, claim

        draft = uuid.uuid4()
        with io.BytesIO() as file:
            Image.new("RGB", (40, 30), (200, 30, len(self.__dict__))).save(file, "JPEG")
            upload = SimpleUploadedFile("luce.jpg", file.getvalue(), "image/jpeg")
        photo = Photo.keep(upload, owner=self.users[owner], draft=draft, limit=5)
        if target:
            claim(draft, self.users[owner], target)
        return photo

    @cached_property
    def drafts_photo(self):
        """The tenant's, with a form that she has not sent."""
        return self._photo("tenant")

    @cached_property
    def tickets_photo(self):
        return self._photo("tenant", self.tenants_ticket)
