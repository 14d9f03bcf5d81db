"""What a phone sends twice is one row. The client id names it; the digest of all that was sent says whether it is the
same once more."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class OtherBody(Exception):
    """That client id has brought `row` already, with other words in it: nothing has changed. A view answers 409."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(row)
        self.row = row


def body_of(**said: Any) -> str:
    """The sha256 of what was sent: numbers, words, days; a row as its `pk`."""
    whole = json.dumps(said, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(whole.encode()).hexdigest()


def sent_before(rows: models.QuerySet, client_id: Any, body: str) -> Any:
    """What that client id has brought before; None for a new one. Raises OtherBody."""
    known = rows.filter(client_id=client_id).first()
    if known is not None and known.body != body:
        raise OtherBody(known)
    return known
