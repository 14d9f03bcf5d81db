"""The key by which push services know that it is this portal that sends (VAPID, RFC 8292).

It is no row of the database: whoever finds a backup sends nothing in the portal's name. Production is told it by
PORTAL_VAPID_PRIVATE_KEY; an embedded portal makes it when it is first needed, beside its secret.
"""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

FILE = "vapid"  # in PORTAL_VAR


def can_push() -> bool:
    """Whether this installation has a key, or may make one."""
    return bool(settings.PORTAL_VAPID_PRIVATE_KEY or settings.PORTAL_VAPID_MAKES_KEY)


def new_key() -> str:
    """A private key as PORTAL_VAPID_PRIVATE_KEY takes it: 43 characters, base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _written(number.to_bytes(32, "big"))


def public_key() -> str:
    """What a browser is told when it subscribes: the uncompressed point, base64url. Raises ValueError for a bad key."""
    return _public(_private_key())


def signer() -> Vapid02:
    """What signs a message. Raises ValueError for a bad key."""
    return Vapid02.from_raw(_private_key().encode())


@lru_cache(maxsize=4)
def _public(private: str) -> str:
    key = Vapid02.from_raw(private.encode()).public_key
    form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return _written(key.public_bytes(*form))


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _private_key() -> str:
    return settings.PORTAL_VAPID_PRIVATE_KEY or _made(Path(settings.VAR) / FILE)


def _made(path: Path) -> str:
    if not path.exists():
        # Written aside and put in place whole: of two processes that start at once both read the same.
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=".vapid-"
        ) as file:  # for its owner only
            file.write(new_key())
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
