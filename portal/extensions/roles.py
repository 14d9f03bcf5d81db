from __future__ import annotations

from dataclasses import dataclass

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class Role(Declaration):
    """What somebody does for the agency. Becomes a Django group named like `key` that holds the model permissions among
    `permissions`; permissions on objects are rules (`rules.py`) and are listed here for whoever reads the matrix."""

    label: Text
    description: Text
    permissions: tuple[str, ...] = ()
