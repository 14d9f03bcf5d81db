"""Who may watch what. The socket only says that something is new; the page asks again through its view."""

from .models import Loan


def loans_of(event) -> list[str]:
    return [event.object_id]


def may_watch_loan(user, identifier: str) -> bool:
    is_number = identifier.isascii() and identifier.isdigit()
    return is_number and Loan.objects.visible_to(user).filter(pk=identifier).exists()


def the_desk(event) -> list[str]:
    """One channel for everybody who works there."""
    return ["all"]


def may_watch_desk(user, identifier: str) -> bool:
    return identifier == "all" and user.is_authenticated and user.has_role("keys.desk")
