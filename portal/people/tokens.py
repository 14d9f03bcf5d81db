"""What opens something once: drawn at random, shown once, kept as a digest only."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """160 bits, in letters that a URL's fragment and a QR code carry as they are."""
    return secrets.token_urlsafe(20)


def digest(token: str) -> str:
    """What is kept of a token, 64 hexadecimal digits. For what is long and random: it would not hide a short code."""
    return hashlib.sha256(token.encode()).hexdigest()
