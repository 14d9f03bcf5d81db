"""What makes the demo's maintenance look lived in: a year of faults, all invented."""

from .loading import load

__all__ = ["load"]
