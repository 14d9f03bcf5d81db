from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.access import ask_why, read_together
from portal.events import history_of, record
from portal.ledger import DayAhead, DayClosed, LedgerEntry, LedgerPosting
from portal.ledger.verifying import HEAD_KIND
from portal.ui.days import day as day_in_words
from portal.ui.spreadsheets import csv_answer
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.amounts import plain
from risparmio.book.accounts import book_of_money
from risparmio.pages import behind

from .accounts import names_of
from .closing import StandsOpen, close_period, closings, in_the_way
from .forms import ArchiveForm, CloseForm, DayForm, EntriesForm, SampleForm, VerifyForm
from .papers import Filed, filed
from .sample import TooMany, draw
from .sealing import YearArchive
from .trial_balance import TrialBalance, trial_balance
from .verifying import Verification
from .words import KINDS, WRONG, Work

PER_PAGE = 25
HOUSEHOLDS_PER_PAGE = 50
SHOWN = 10  # of what was done before


# -- the trial balance and its periods --------------------------------------------------------------------------------


@behind("risparmio.view_book", only_read=True)
def book(request: HttpRequest) -> HttpResponse:
    """How each account stood at the end of a day, and which days are closed."""
    form = DayForm(request.GET)
    balance = trial_balance(form.chosen("al"))
    households = Paginator(balance.households.lines, HOUSEHOLDS_PER_PAGE)
    context = {
        "ways": _ways(request, "book"),
        "form": form,
        "balance": balance,
        "page": households.get_page(request.GET.get("page")),
        "closings": closings()[:24],
        "may_close": request.user.has_perm("risparmio.close_period"),
    }
    return render(request, "risparmio/auditing/book.html", context)


@behind("risparmio.view_book", only_read=True)
def book_csv(request: HttpRequest) -> HttpResponseBase:
    balance = trial_balance(DayForm(request.GET).chosen("al"))
    heads = (_("Kind"), _("Account"), _("Household's number"), _("Code"), _("Debit"), _("Credit"))
    return csv_answer(heads, _rows(balance), f"{pgettext('file name', 'trial-balance')}-{balance.day}")


def _rows(balance: TrialBalance) -> Any:
    for group, line in balance.lines():
        sides = (plain(side).replace(".", ",") if side else "" for side in (line.debit, line.credit))
        yield (group.title, line.name.text, line.name.number or "", line.code, *sides)


@behind("risparmio.close_period")
def close(request: HttpRequest) -> HttpResponse:
    """What closing means and what stands open in the period; then the question, and the deed."""
    asked = request.GET.get("al") or last_month()
    closed = book_of_money().closed_until()
    if request.method != "POST" and closed and asked == last_month() <= closed:
        return _closing(request, CloseForm(), closed=closed)
    form = CloseForm({"al": asked} if _sent(request) is None else request.POST)
    if not form.is_valid():
        return _closing(request, form, status=422)
    until = form.cleaned_data["al"]
    if request.method == "POST":
        try:
            period = close_period(until, by=request.user, acknowledged=request.POST.getlist("so"))
        except StandsOpen as error:
            return _closing(request, form, error.obstacles, missing=True, status=422)
        except DayAhead:
            form.add_error("al", _("This day is not over yet."))
        except DayClosed as error:
            form.add_error(
                "al", _("All days up to %(day)s are closed.") % {"day": day_in_words(error.closed)}
            )
        else:
            day = day_in_words(period.closing.until)
            messages.success(request, _("All days up to %(day)s are closed.") % {"day": day})
            return redirect("risparmio:book")
        return _closing(request, form, status=422)
    if until >= timezone.localdate():
        form.add_error("al", _("This day is not over yet."))
        return _closing(request, form, status=422)
    if closed and until <= closed:
        form.add_error("al", _("All days up to %(day)s are closed.") % {"day": day_in_words(closed)})
        return _closing(request, form, status=422)
    return _closing(request, form, in_the_way(until, closed=closed))


def _closing(
    request: HttpRequest,
    form: CloseForm,
    obstacles: Any = (),
    *,
    missing: bool = False,
    closed: date | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page again; `missing`: something was not acknowledged. closed: up to which day all is, where nothing else is
    offered."""
    context = {
        "form": form,
        "closed": closed,
        "until": form.cleaned_data.get("al") if form.is_bound else None,
        "obstacles": obstacles,
        "known": request.POST.getlist("so"),
        "missing": missing,
    }
    return render(request, "risparmio/auditing/close.html", context, status=status)


def last_month() -> date:
    """The last day of the month before this one."""
    return timezone.localdate().replace(day=1) - timedelta(days=1)


# -- the journal ------------------------------------------------------------------------------------------------------


@behind("risparmio.view_book")
def entries(request: HttpRequest) -> HttpResponse:
    """The journal, the last entry first. One household's entries are its own: whoever asks for them says why."""
    mine = book_of_money()
    codes = list(mine.accounts.exclude(code__startswith="household-").values_list("code", flat=True))
    names = names_of(codes)
    accounts = sorted(((code, names[code].text) for code in codes), key=lambda pair: str(pair[1]))
    form = EntriesForm(request.GET, accounts=accounts)
    found = form.narrow(mine.entries.order_by("-number"))
    if number := form.cleaned_data.get("accordo"):
        agreement = (
            SavingsAgreement.objects.filter(number=number).select_related("tenancy__household").first()
        )
        if agreement and (question := ask_why(request, agreement, about=agreement.adults)):
            return question
    page = Paginator(found.prefetch_related("postings__account"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [_sides(entry) for entry in page]
    households = names_of(row.account.code for row in _postings(page))
    context = {
        "ways": _ways(request, "entries"),
        "form": form,
        "page": page,
        "rows": [_named(row, households) for row in rows],
    }
    return render(request, "risparmio/auditing/entries.html", context)


@behind("risparmio.view_book")
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry as an accountant writes it, and what it stands on."""
    mine = book_of_money()
    postings = Prefetch("postings", LedgerPosting.objects.select_related("account"))
    rows = mine.entries.select_related("book", "reverses").prefetch_related(postings)
    shown = get_object_or_404(rows, number=number)
    agreement = _agreement_of(shown)
    if agreement and (question := ask_why(request, agreement, about=agreement.adults, what=_("an entry"))):
        return question
    postings = sorted(shown.postings.all(), key=lambda row: -row.amount)
    names = names_of(row.account.code for row in postings)
    context = {
        "entry": shown,
        "kind": KINDS.get(shown.kind, shown.kind),
        "postings": [
            (names[row.account.code], row, max(row.amount, 0), max(-row.amount, 0)) for row in postings
        ],
        "filed": filed([shown])[0],
        "agreement": agreement,
        "taken_back_by": mine.entries.filter(reverses=shown).first(),
        "next": mine.entries.filter(number=number + 1).exists(),
        "is_sealed": shown.hash == shown.computed_hash(postings),
    }
    return render(request, "risparmio/auditing/entry.html", context)


def _agreement_of(entry: LedgerEntry) -> SavingsAgreement | None:
    """Of the household whose account it moves."""
    accounts = [row.account_id for row in entry.postings.all()]
    found = SavingsAgreement.objects.filter(ledger__in=accounts).select_related("tenancy__household")
    return found.first()


def _postings(found: Any) -> Any:
    return [row for one in found for row in one.postings.all()]


def _sides(entry: LedgerEntry) -> tuple[LedgerEntry, list[Any], list[Any]]:
    """(entry, postings on the debit side, those on the credit side)"""
    rows = entry.postings.all()
    return entry, [row for row in rows if row.amount > 0], [row for row in rows if row.amount < 0]


def _named(row: tuple[LedgerEntry, list[Any], list[Any]], names: Any) -> dict[str, Any]:
    one, debit, credit = row
    return {
        "entry": one,
        "kind": KINDS.get(one.kind, one.kind),
        "cents": sum(posting.amount for posting in debit),
        "debit": [names[posting.account.code] for posting in debit],
        "credit": [names[posting.account.code] for posting in credit],
    }


# -- what the auditor does --------------------------------------------------------------------------------------------


@behind("risparmio.check_book", only_read=True)
def sample(request: HttpRequest) -> HttpResponse:
    """Some entries with their papers. All that draws them stands in the address: it can be drawn again."""
    today = timezone.localdate()
    initial = {
        "dal": today.replace(month=1, day=1),
        "al": today,
        "seme": secrets.randbelow(10**6),
    }
    form = SampleForm(request.GET or None, initial=initial)
    drawn, status = None, 200
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            drawn = draw(
                said["dal"], said["al"], seed=said["seme"], size=said["quante"], above=said["importo"]
            )
        except TooMany as error:
            message = _("So many entries are of this amount or more: %(count)d. Write a larger one.")
            form.add_error("importo", message % {"count": error.count})
        else:
            read_together(request, _opened_from([*drawn.large, *drawn.drawn]))
    if form.errors:
        status = 422
    context = {
        "ways": _ways(request, "sample"),
        "form": form,
        "sample": drawn,
        "parts": _parts(drawn) if drawn else [],
    }
    return render(request, "risparmio/auditing/sample.html", context, status=status)


def _opened_from(rows: list[Filed]) -> list[Any]:
    """What is opened from a sample: the papers, and the agreements that they and the entries are about."""
    papers = [paper.thing for one in rows for paper in one.papers]
    of_papers = {getattr(thing, "agreement_id", None) for thing in papers}
    accounts = {posting.account_id for one in rows for posting in one.entry.postings.all()}
    agreements = SavingsAgreement.objects.filter(Q(ledger__in=accounts) | Q(pk__in=of_papers - {None}))
    return [*papers, *agreements]


def _parts(drawn: Any) -> list[tuple[str, list[tuple[Any, Any]]]]:
    return [
        (title, [(one, KINDS.get(one.entry.kind, one.entry.kind)) for one in rows])
        for title, rows in ((_("Large ones"), drawn.large), (_("Drawn by the seed"), drawn.drawn))
    ]


@behind("risparmio.check_book")
def verify(request: HttpRequest) -> HttpResponse:
    """Whether the book still is what was booked: the last check, how far one is, and what was told earlier."""
    form = VerifyForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        Verification.ask(by=request.user, known=form.cleaned_data["testa"])
        return redirect("risparmio:verify")
    checks = list(Verification.objects.select_related("asked_by")[:SHOWN])
    running = next((one for one in checks if one.is_under_way), None)
    last = next((one for one in checks if one.state == Work.DONE), None)
    told = history_of(book_of_money(), confidential=True).filter(kind=HEAD_KIND).order_by("-id")
    context = {
        "ways": _ways(request, "verify"),
        "form": form,
        "running": running,
        "given_up": bool(checks) and checks[0].is_given_up,
        "last": last,
        "found": [(WRONG.get(what, what), number, account) for what, number, account in last.found]
        if last
        else [],
        "checks": checks,
        "heads": told[:SHOWN],
        "closings": closings()[:SHOWN],
    }
    return render(request, "risparmio/auditing/verify.html", context, status=422 if form.errors else 200)


@behind("risparmio.check_book")
def archive(request: HttpRequest) -> HttpResponse:
    """A year in one file that anybody can check, with its seal."""
    years = _years()
    form = ArchiveForm(_sent(request), years=years)
    if request.method == "POST" and form.is_valid():
        try:
            YearArchive.ask(form.cleaned_data["anno"], by=request.user)
        except NotPossible as error:
            form.add_error("anno", str(error))
        else:
            return redirect("risparmio:archive")
    archives = list(YearArchive.objects.select_related("asked_by")[:SHOWN])
    context = {
        "ways": _ways(request, "archive"),
        "form": form,
        "years": years,
        "running": next((one for one in archives if one.is_under_way), None),
        "given_up": bool(archives) and archives[0].is_given_up,
        "archives": [one for one in archives if one.state == Work.DONE],
    }
    return render(request, "risparmio/auditing/archive.html", context, status=422 if form.errors else 200)


@behind("risparmio.check_book", only_read=True)
def archive_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    sealed = get_object_or_404(YearArchive.objects.exclude(file=""), pk=pk, state=Work.DONE)
    try:
        file = sealed.file.open()
    except FileNotFoundError:
        raise Http404 from None
    record("risparmio.archive.taken", sealed, by=request.user)
    answer = FileResponse(file, as_attachment=True, filename=f"risparmio-{sealed.year}-{sealed.seal[:8]}.zip")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Encoding"] = "identity"  # packed already: not once more on its way
    return answer


def _ways(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """Between the pages of the book, of those that the reader may open."""
    ways = [("book", _("Balance")), ("entries", _("Entries"))]
    if request.user.has_perm("risparmio.check_book"):
        ways += [
            ("sample", _("Sample")),
            ("verify", pgettext("of a book", "Check")),
            ("archive", _("Archive")),
        ]
    return [
        {"label": label, "url": reverse(f"risparmio:{name}"), "is_current": name == here}
        for name, label in ways
    ]


def _sent(request: HttpRequest) -> Any:
    """What a form was sent with, also where that is nothing at all; None where none was."""
    return request.POST if request.method == "POST" else None


def _years() -> list[int]:
    """In which something counts, the last first."""
    days = book_of_money().entries.order_by("day").values_list("day", flat=True)
    first, last = days.first(), days.last()
    return list(range(last.year, first.year - 1, -1)) if first else []
