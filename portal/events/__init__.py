"""The spine: a fact is recorded once; history, notifications and live updates derive from it."""

from .recording import NeverOnBehalf, UnknownEventKind, forget_who, history_of, record

__all__ = ["NeverOnBehalf", "UnknownEventKind", "forget_who", "history_of", "record"]
