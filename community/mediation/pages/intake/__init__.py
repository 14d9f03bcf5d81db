"""Whoever coordinates the mediators: what came in, and how it is prepared."""
