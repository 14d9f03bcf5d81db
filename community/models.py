"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .mutual_aid.exchanges.models import Exchange, Interest, Post

__all__ = ["Exchange", "Interest", "Post"]
