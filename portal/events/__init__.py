"""The spine: a fact is recorded once; history, notifications and live updates derive from it."""

from .recording import NeverOnBehalf, UnknownEventKind, history_of, record

__all__ = ["NeverOnBehalf", "UnknownEventKind", "history_of", "record"]
