"""How it goes afterwards: each says it point by point, and it may come back to the table or end well."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from community.mediation.agreements import FOLLOW_UPS, FollowUp, Kept, PartysAnswer, Version
from community.mediation.pages.shared import confidential, confirm, prove_first
from community.mediation.words import State
from community.mediation.workflow import NotPossible

from .forms import FinishForm, FollowUpForm
from .reading import Line, Reading
from .table import Table


@confidential
def follow_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Is it kept? A party says it of each point; the mediators read what all have said."""
    found = FollowUp.objects.visible_to(request.user).select_related("case", "version")
    row = get_object_or_404(found, pk=key)
    prove_first(request)
    row.version.case = row.case  # its key opens both
    table = Table(row.case, request.user)
    reading, _languages = table.read(row.version, None)
    answers = list(row.answers.all())
    for answer in answers:
        answer.follow_up = row
    mine = next((answer for answer in answers if table.mine and answer.party_id == table.mine.pk), None)
    form = _form(request, reading, mine) if table.mine else None
    status = 200
    if request.method == "POST":
        if form is None:
            raise Http404
        status = 422
        if form.is_valid():
            try:
                row.answer(by=request.user, kept=form.kept, note=form.cleaned_data["note"])
                messages.success(request, _("Thank you. The mediators read what you have said."))
                return redirect(table.url)
            except NotPossible as error:
                form.add_error(None, str(error))
                status = 409
    is_open = row.asked_at is not None and row.answered_at is None and table.case.state == State.FOLLOW_UP
    context = {
        "case": table.case,
        "table": table,
        "crumbs": table.crumbs(),
        "follow_up": row,
        "is_open": is_open,
        "form": form if is_open or request.method == "POST" else None,
        "lines": _said(reading, [mine] if mine else [], table)
        if table.mine
        else _said(reading, answers, table),
        "mine": mine,
        "notes": [] if table.mine else _notes(answers, table),
        "missing": _missing(answers, table),
    }
    return render(request, "community/mediation/agreements/follow_up.html", context, status=status)


@confidential
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """This does not hold: back to the table."""
    table = Table.of(request, key)
    prove_first(request)
    if request.method == "POST":
        try:
            table.case.reopen(by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("You are back at the table. The mediators get in touch with you."))
        return redirect(table.url)
    if table.case.state != State.FOLLOW_UP:
        return redirect(table.url)
    return confirm(
        request,
        title=_("This does not hold"),
        text=_(
            "Then you sit down at the table again, all together, and look for something that holds. "
            "Nobody is to blame for that: it happens. What was agreed can still be read."
        ),
        action=_("Yes, back to the table"),
        url=table.url,
        crumbs=table.crumbs(),
    )


@confidential
def finish(request: HttpRequest, key: UUID) -> HttpResponse:
    """It goes: the mediators close it, and say whether all was agreed or a part."""
    table = Table.of(request, key)
    if not table.is_mediator:
        raise Http404
    prove_first(request)
    form = FinishForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                table.case.finish(by=request.user, outcome=form.cleaned_data["outcome"])
                messages.success(request, _("The mediation is closed. Thank you for the time you gave it."))
                return redirect(table.case)
            except NotPossible as error:
                table.case.refresh_from_db(fields=["outcome"])
                if table.case.outcome == form.cleaned_data["outcome"]:  # the same press twice
                    return redirect(table.case)
                form.add_error(None, str(error))
                status = 409
    elif table.case.state != State.FOLLOW_UP:
        return redirect(table.url)
    version, _before = table.newest()
    is_over = version is not None and is_followed_up(follow_ups_of(table, version))
    context = {
        "case": table.case,
        "table": table,
        "crumbs": table.crumbs(),
        "form": form,
        "is_followed_up": is_over,
    }
    return render(request, "community/mediation/agreements/finish.html", context, status=status)


# -- what they share ---------------------------------------------------------------------------------------------------


def follow_ups_of(table: Table, version: Version) -> list[tuple[FollowUp, bool]]:
    """Those about that version that the reader may see, and whether they have answered them; to be asked one day, as
    long as there is somebody to ask."""
    rows = FollowUp.objects.filter(version=version).visible_to(table.reader).prefetch_related("answers")
    mine = table.mine.pk if table.mine else None
    if table.case.state != State.FOLLOW_UP:
        rows = rows.exclude(asked_at=None)
    return [(row, any(answer.party_id == mine for answer in row.answers.all())) for row in rows]


def is_followed_up(follow_ups: list[tuple[FollowUp, bool]]) -> bool:
    """Whether all have said for the last time how it goes: then it is time to close it."""
    return any(row.months == max(FOLLOW_UPS) and row.answered_at for row, _mine in follow_ups)


def _form(request: HttpRequest, reading: Reading, mine: PartysAnswer | None) -> FollowUpForm:
    initial: dict[str, Any] = {}
    if mine is not None:
        initial = {"note": mine.note, **{f"kept-{point}": said for point, said in mine.kept.items()}}
    data = request.POST if request.method == "POST" else None
    return FollowUpForm(data, lines=reading.lines, initial=initial)


def _said(reading: Reading, answers: list[PartysAnswer], table: Table) -> list[tuple[Line, list[dict]]]:
    """Of each point what those have said who have answered."""
    said = [(table.names[str(answer.party_id)], answer.kept) for answer in answers]
    return [
        (
            line,
            [
                {"name": name, "label": Kept(kept[line.id]).label, "icon": Kept(kept[line.id]).icon}
                for name, kept in said
            ],
        )
        for line in reading.lines
    ]


def _notes(answers: list[PartysAnswer], table: Table) -> list[tuple[str, str]]:
    notes = ((table.names[str(answer.party_id)], answer.note) for answer in answers)
    return [(name, note) for name, note in notes if note]


def _missing(answers: list[PartysAnswer], table: Table) -> list[str]:
    """Who has still to say how it goes."""
    there = {answer.party_id for answer in answers}
    return [table.names[str(party.pk)] for party in table.those_in_it if party.pk not in there]
