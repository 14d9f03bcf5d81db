"""What is said in confidence: encrypted in the database and in files, with keys that lie elsewhere (THREATS.md)."""

from .cells import Cell, Unreadable
from .fields import SealedTextField
from .keys import DataKey, KeyMissing, NoMasterKey, data_key, destroy_key, new_key

__all__ = [
    "Cell",
    "DataKey",
    "KeyMissing",
    "NoMasterKey",
    "SealedTextField",
    "Unreadable",
    "data_key",
    "destroy_key",
    "new_key",
]
