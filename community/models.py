"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .conversations.models import Conversation, Message, ReadMark

__all__ = ["Conversation", "Message", "ReadMark"]
