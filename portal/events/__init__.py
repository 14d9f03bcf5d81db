"""The spine: a fact is recorded once; history, notifications and live updates derive from it."""

from .recording import UnknownEventKind, history_of, record

__all__ = ["UnknownEventKind", "history_of", "record"]
