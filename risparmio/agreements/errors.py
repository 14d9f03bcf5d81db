from __future__ import annotations


class NotPossible(Exception):
    """Somebody was quicker, or it cannot be any more. The message is for the person, in their language."""
