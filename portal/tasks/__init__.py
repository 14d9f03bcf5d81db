"""Background work: done later, tried again when it fails, and done even if the worker that had it dies."""

from .background import background

__all__ = ["background"]
