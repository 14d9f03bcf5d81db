"""What letters show on pages that are not theirs: my home, my day."""

from __future__ import annotations

from django.http import HttpRequest

from .menus import writes
from .models import Thread


def my_letters(request: HttpRequest) -> dict | None:
    """For an adult of a household: where the last letter stands, and the way to write the next."""
    thread = Thread.objects.filter(person=request.user).first()
    may_write = writes(request.user)
    if thread is None and not may_write:
        return None
    return {
        "thread": thread,
        "may_write": may_write,
        "is_new": thread is not None and thread.letters.unread().filter(from_agency=True).exists(),
    }


def waiting_letters(request: HttpRequest) -> dict | None:
    """For caseworkers: who waits for an answer, the longest first."""
    if not request.user.has_perm("portal.answer_letters"):
        return None
    waiting = Thread.objects.visible_to(request.user).waiting()
    return {"threads": list(waiting.with_people().longest_waiting_first()[:5]), "total": waiting.count()}
