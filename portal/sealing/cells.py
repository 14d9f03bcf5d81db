"""A cell: one text or file, encrypted with AES-256-GCM and bound to the place where it stands."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE = 12  # bytes, drawn at random: a key seals far fewer than the 2³² cells after which two might meet
HEAD = len(VERSION) + 16  # the version and the number of the data key
SECRET = 32  # bytes of a key


class Unreadable(Exception):
    """A cell that does not decrypt: another key, another place, or other bytes than were written.

    It says where the cell stands and nothing of what is in it; the raw cell is never given instead.
    """


@dataclass(frozen=True, repr=False)
class Cell:
    """The raw bytes of a cell, as they lie in the database. To whoever prints it, it says nothing."""

    raw: bytes

    def __str__(self) -> str:
        return "<sealed>"

    __repr__ = __str__

    @property
    def key_id(self) -> UUID:
        """The number of the data key that sealed it. Raises Unreadable for what is no cell."""
        if len(self.raw) < HEAD + NONCE or self.raw[:1] != VERSION:
            raise Unreadable("not a cell")
        return UUID(bytes=self.raw[1:HEAD])


def seal(secret: bytes, key_id: UUID, content: bytes, *, place: str) -> Cell:
    """Encrypt `content` for one place ("table|column|row"): moved to any other it does not open."""
    head, nonce = VERSION + key_id.bytes, secrets.token_bytes(NONCE)
    sealed = AESGCM(secret).encrypt(nonce, content, _bound(head, place))
    return Cell(head + nonce + sealed)


def unseal(secret: bytes, cell: Cell, *, place: str) -> bytes:
    """What `seal` was given. Raises Unreadable."""
    cell.key_id  # noqa: B018 what is no cell is refused
    head, nonce, sealed = cell.raw[:HEAD], cell.raw[HEAD : HEAD + NONCE], cell.raw[HEAD + NONCE :]
    try:
        return AESGCM(secret).decrypt(nonce, sealed, _bound(head, place))
    except InvalidTag:
        raise Unreadable(place) from None


def _bound(head: bytes, place: str) -> bytes:
    return head + place.encode()
