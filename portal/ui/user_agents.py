"""What a browser says of itself, in names that people know."""

from __future__ import annotations

# The first that is found counts: each names the ones after it as well, out of old habit.
_BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """ "Firefox", or "" for one that nobody knows."""
    return next((name for sign, name in _BROWSERS if sign in agent), "")


def system_of(agent: str) -> str:
    """ "Android", or "" for one that nobody knows."""
    return next((name for sign, name in _SYSTEMS if sign in agent), "")


def device_name(agent: str) -> str:
    """Such as "Firefox · Android"; "" for what says neither. Product names, the same in every language."""
    return " · ".join(filter(None, (browser_of(agent), system_of(agent))))
