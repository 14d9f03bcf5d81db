"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .tickets.models import ResponseTarget, Ticket, TicketChange

__all__ = ["ResponseTarget", "Ticket", "TicketChange"]
