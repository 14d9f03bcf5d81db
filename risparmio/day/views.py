from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from risparmio.pages import behind

from .tasks import work


@behind("risparmio.view_day", only_read=True)
def day(request: HttpRequest) -> HttpResponse:
    """What to do now, in its order; what is wrong first. For the others who read the book, what is being done."""
    found = work()
    keeps = request.user.has_perm("risparmio.keep_savings")
    context = {"tasks": found.tasks, "banks": found.banks, "keeps": keeps}
    return render(request, "risparmio/day/day.html", context)
