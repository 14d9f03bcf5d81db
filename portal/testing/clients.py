from __future__ import annotations

import time
from typing import Any

from django.test import Client

from portal.access.second_factor import PROVED_BY
from portal.proof.middleware import ARRIVED


class Browser(Client):
    """Django's test client, in which `force_login` counts as both factors, as the demo's door does.

    Otherwise whoever holds a role that needs a second factor would see the page that asks for one, and nothing else.
    """

    def force_login(self, user: Any, backend: str | None = None) -> None:
        super().force_login(user, backend)
        session = self.session
        session[PROVED_BY] = user.pk
        # Come in already: the first page costs what every page costs.
        session[ARRIVED] = {"key": session.session_key, "device": 0, "seen": int(time.time())}
        session.save()
