"""Who may watch what. The socket only says that something is new; the page asks again through its view."""

from .models import Loan


def loans_of(event) -> list[str]:
    return [event.object_id]


def may_watch(user, identifier: str) -> bool:
    return identifier.isdigit() and Loan.objects.visible_to(user).filter(pk=identifier).exists()
