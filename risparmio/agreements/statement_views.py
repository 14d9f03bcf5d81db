"""What came and went in any period: a page, the same on paper, and a table to take along."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django.views.decorators.cache import never_cache

from portal.ui.languages import language_name
from portal.ui.pdf import can_print_pdf, pdf, pdf_answer
from portal.ui.spreadsheets import csv_answer
from risparmio.amounts import plain

from .models import SavingsAgreement
from .pages import crumbs_to, language_asked, languages_of, question_before, seen
from .rules import is_theirs
from .statement import SavingsStatement
from .statement_forms import PeriodForm, last_month

A_PAGE = 50  # lines
STYLE = "risparmio/statement.css"


@never_cache
@login_required
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """`?intero=1`: all lines on one page, to print it."""
    agreement = seen(request, pk)
    theirs = is_theirs.test(request.user, agreement)
    if answer := question_before(request, agreement, theirs=theirs):
        return answer
    form = PeriodForm.asked(request.GET, agreement)
    context: dict[str, Any] = {
        "agreement": agreement,
        "form": form,
        "crumbs": crumbs_to(agreement, theirs=theirs),
    }
    context["periods"] = _periods(agreement, form)
    if not form.is_valid():
        return render(request, "risparmio/statements/statement.html", context, status=422)
    told = SavingsStatement.of(agreement, form.cleaned_data["dal"], form.cleaned_data["al"])
    a_page = max(1, len(told.lines)) if "intero" in request.GET else A_PAGE
    page = Paginator(told.lines, a_page).get_page(request.GET.get("page"))
    days = {name: form[name].value() or "" for name in ("dal", "al")}
    context |= {
        "statement": told,
        "lines": page,
        "is_part": page.has_other_pages(),
        "today": timezone.localdate(),
        "query": urlencode(days),
        "whole": urlencode(days | {"intero": 1}),
        "languages": _languages(agreement) if can_print_pdf() else [],
    }
    return render(request, "risparmio/statements/statement.html", context)


@never_cache
@login_required
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """In the language that `?lingua=` names: staff hand it out in the household's own."""
    agreement = seen(request, pk)
    if answer := question_before(request, agreement):
        return answer
    form = PeriodForm.asked(request.GET, agreement)
    if not form.is_valid() or not can_print_pdf():
        return _back(request, agreement)
    language = language_asked(request)
    with override(language):
        told = SavingsStatement.of(agreement, form.cleaned_data["dal"], form.cleaned_data["al"])
        context = {"statement": told, "lines": told.lines, "today": timezone.localdate()}
        content = pdf("risparmio/statements/statement_pdf.html", context, style=STYLE, language=language)
        return pdf_answer(content, f"{_name(told)}.pdf")


@never_cache
@login_required
def statement_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    agreement = seen(request, pk)
    if answer := question_before(request, agreement):
        return answer
    form = PeriodForm.asked(request.GET, agreement)
    if not form.is_valid():
        return _back(request, agreement)
    told = SavingsStatement.of(agreement, form.cleaned_data["dal"], form.cleaned_data["al"])
    heads = (
        _("Day"),
        _("What it was"),
        _("Receipt"),
        pgettext("money", "Came in"),
        pgettext("money", "Went out"),
        _("Then there was"),
    )
    rows = [("", _("There was before"), "", "", "", _figures(told.opening))]
    for line in told.lines:
        came, went = (_figures(cents) if cents else "" for cents in (line.came_in, line.went_out))
        receipt = str(line.receipt or "")
        rows.append((line.day.isoformat(), line.words, receipt, came, went, _figures(line.balance)))
    return csv_answer(heads, rows, _name(told))


def _periods(agreement: SavingsAgreement, form: PeriodForm) -> list[dict[str, Any]]:
    """The ones that most people want, as links."""
    today, page = timezone.localdate(), reverse("risparmio:statement", args=[agreement.pk])
    chosen = (form["dal"].value() or "", form["al"].value() or "")

    def link(label: str, first: date | None, last: date | None) -> dict[str, Any]:
        days = (first.isoformat(), last.isoformat()) if first and last else ("", "")
        query = urlencode(dict(zip(("dal", "al"), days, strict=True)))
        return {"label": label, "url": f"{page}?{query}", "is_current": days == chosen}

    return [
        link(_("Last month"), *last_month(today)),
        link(_("This month"), today.replace(day=1), today),
        link(_("This year"), today.replace(month=1, day=1), today),
        link(_("All"), None, None),
    ]


def _languages(agreement: SavingsAgreement) -> list[dict[str, Any]]:
    """The reader's and the household's; and Italian, which every office reads."""
    languages: list[dict[str, Any]] = list(languages_of(agreement))
    if all(one["code"] != "it" for one in languages):
        languages.append({"code": "it", "name": language_name("it"), "is_for_offices": True})
    return languages


def _back(request: HttpRequest, agreement: SavingsAgreement) -> HttpResponse:
    """To the page, which says what is wrong with the days, and can be printed itself."""
    page = reverse("risparmio:statement", args=[agreement.pk])
    return redirect(f"{page}?{request.GET.urlencode()}")


def _figures(cents: int) -> str:
    """As Italy's spreadsheets take it for a number."""
    return plain(cents).replace(".", ",")


def _name(told: SavingsStatement) -> str:
    """With its time: "risparmio-12-2026-10" for a whole month, else its first and last day."""
    last = told.last or timezone.localdate()
    if told.first == last.replace(day=1) and (last + timedelta(days=1)).day == 1:
        time = f"{last:%Y-%m}"
    else:
        time = "-".join(day.isoformat() for day in (told.first, last) if day)
    return f"{pgettext('a file', 'savings')}-{told.agreement.number}-{time}"
