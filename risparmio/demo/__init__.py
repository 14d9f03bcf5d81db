"""What makes the demo's savings look lived in: three years of forty households, two accounts at banks, all invented."""

from .loading import load

__all__ = ["load"]
