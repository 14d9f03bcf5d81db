"""What an address or a live topic names, the number of a row; and the client id by which a form is known again."""

from __future__ import annotations

from django.db import models


class ClientIdTaken(Exception):
    """The form's client id leads to somebody else's row, or to another than the form is about: it was forged, or is a
    very old one. Nothing has changed."""


class AlreadySent(Exception):
    """The person has sent this form before, with other words in it: `row` is what came of it then."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(row)
        self.row = row


class Overtaken(Exception):
    """What the form was filled in for was changed meanwhile: `version` is the one that stands there now."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


def is_key(identifier: str) -> bool:
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    return identifier.isascii() and identifier.isdigit() and len(identifier) < 19
