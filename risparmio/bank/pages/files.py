from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from risparmio.agreements.models import NotPossible
from risparmio.bank.models import StatementFile
from risparmio.bank.sending import read_late
from risparmio.bank.words import Kind

from .shared import crumbs, for_keepers, must, prove_first

_ENDINGS = {Kind.CAMT: "xml", Kind.MT940: "sta", Kind.CSV: "csv"}


@for_keepers
def statement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading is, and what came of it. A file with lines of a closed month waits for a yes."""
    files = (
        StatementFile.objects.visible_to(request.user).without_content().select_related("account", "sent_by")
    )
    file = get_object_or_404(files, pk=pk)
    if request.method == "POST":
        must(request, "risparmio.read_statement")
        prove_first(request)
        try:
            read_late(file, by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
        return redirect(file)
    prove_first(request)
    account = reverse("risparmio:bank_account", args=[file.account_id])
    context = {
        "file": file,
        "statements": file.statements.order_by("place"),
        "may_read": request.user.has_perm("risparmio.read_statement"),
        "crumbs": crumbs((str(file.account), account)),
    }
    return render(request, "risparmio/bank/file.html", context)


@login_required
@require_safe
@for_keepers
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper itself, byte for byte as the bank gave it."""
    file = get_object_or_404(StatementFile.objects.visible_to(request.user), pk=pk)
    prove_first(request)
    name = (
        get_valid_filename(file.name) if file.name.strip(". ") else f"{file.pk}.{_ENDINGS[Kind(file.format)]}"
    )
    return HttpResponse(
        file.content,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
