"""What somebody wrote into a search."""

from django.http import HttpRequest

LONGEST = 100  # characters; nothing that is looked for by name is longer


def searched(request: HttpRequest) -> str:
    """What stands in `?q=`, without blanks around it; "" for nothing."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]  # PostgreSQL takes no NUL
