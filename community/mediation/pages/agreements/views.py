"""The agreement as it is read, accepted, taken from the table and printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.mediation.agreements import Version
from community.mediation.pages.shared import confidential, confirm, prove_first
from community.mediation.words import State
from community.mediation.workflow import NotPossible, Overtaken
from community.safety.names import first_name

from .follow_ups import follow_ups_of, is_followed_up
from .forms import AcceptForm
from .reading import fingerprint
from .table import Table

LANGUAGE = "lingua"  # in the address: which of its languages to read an agreement in


@confidential
@require_safe
def agreement(request: HttpRequest, key: UUID) -> HttpResponse:
    """The newest version: what, who, by when; who has accepted it, and what comes next."""
    table = Table.of(request, key)
    prove_first(request)
    version, before = table.newest()
    if version is None and table.case.state == State.CLOSED:
        raise Http404
    context = {
        "case": table.case,
        "table": table,
        "crumbs": table.crumbs(below=False),
        "may_write": table.is_mediator and table.case.state in (State.MEDIATING, State.AGREEMENT),
    }
    if version is not None:
        context["follow_ups"] = follow_ups_of(table, version)
        context["is_followed_up"] = is_followed_up(context["follow_ups"])
        context |= _read(request, table, version, before)
        context |= _accepted(table, version)
        # Numbers have no gaps.
        context["older"] = range(version.number - 1, 0, -1) if table.case.state != State.CLOSED else ()
    return render(request, "community/mediation/agreements/agreement.html", context)


@confidential
@require_safe
def version(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """A version as it was written, to read."""
    table = Table.of(request, key)
    prove_first(request)
    found, before = table.version(number)
    if found is None:
        raise Http404
    context = {
        "case": table.case,
        "table": table,
        "crumbs": table.crumbs(),
        "follow_ups": follow_ups_of(table, found),
        **_read(request, table, found, before),
    }
    return render(request, "community/mediation/agreements/version.html", context)


@confidential
@require_safe
def to_print(request: HttpRequest, key: UUID) -> HttpResponse:
    """The newest version on paper: in all its languages, with a line for each to sign."""
    table = Table.of(request, key)
    prove_first(request)
    version, _before = table.newest()
    if version is None:
        raise Http404
    mediators = table.case.mediators.assigned().select_related("person")
    context = {
        "case": table.case,
        "crumbs": table.crumbs(),
        "version": version,
        "fingerprint": fingerprint(version.digest),
        "readings": table.read_in_each(version),
        "is_given_up": version.settled_at is not None and table.case.settled_at is None,
        "signers": [table.names[str(party.pk)] for party in table.those_in_it],
        "mediators": [first_name(row.person) for row in mediators],
    }
    return render(request, "community/mediation/agreements/print.html", context)


@confidential
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """A party says yes to these very points, once it is certain that it is them."""
    table = Table.of(request, key)
    if table.mine is None:
        raise Http404
    prove_first(request)
    newest, before = table.newest()
    if newest is None:
        raise Http404
    if request.method == "POST":
        return _accept(request, table, newest, before)
    if not table.is_on_it or newest.acceptances.filter(party=table.mine).exists():
        return redirect(table.url)
    # Whoever has read another version than the one that stands here now is told so.
    seen = request.GET.get("versione", "")
    return _to_accept(request, table, newest, before, is_another=bool(seen) and seen != str(newest.number))


def _accept(request: HttpRequest, table: Table, newest: Version, before: Version | None) -> HttpResponse:
    form = AcceptForm(request.POST)
    read = table.version(form.cleaned_data["number"])[0] if form.is_valid() else None
    if read is None:
        error = _("We did not recognise this form. Check it and send it again.")
        return _to_accept(request, table, newest, before, error=error, status=422)
    try:
        read.accept(by=request.user, digest=form.cleaned_data["digest"])
    except Overtaken as overtaken:
        newest, before = table.newest()
        return _to_accept(request, table, newest, before, error=str(overtaken), status=409)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you. You have accepted this version."))
    return redirect(table.url)


def _to_accept(
    request: HttpRequest,
    table: Table,
    newest: Version | None,
    before: Version | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if newest is None:
        raise Http404
    context = {
        "case": table.case,
        "table": table,
        "crumbs": table.crumbs(),
        "form": AcceptForm(initial={"number": newest.number, "digest": newest.digest}),
        **_read(request, table, newest, before),
        **more,
    }
    return render(request, "community/mediation/agreements/accept.html", context, status=status)


@confidential
def back(request: HttpRequest, key: UUID) -> HttpResponse:
    """We have to talk more: the agreement is taken from the table."""
    table = Table.of(request, key)
    prove_first(request)
    if request.method == "POST":
        try:
            table.case.back(by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The agreement is taken from the table. You talk on."))
        return redirect(table.url)
    if not table.is_on_it:
        return redirect(table.url)
    return confirm(
        request,
        title=_("We have to talk more"),
        text=_(
            "Then this version is taken from the table. All can still read it; nobody accepts it any more. "
            "You talk on, and the mediators write a new one."
        ),
        action=_("Yes, we talk on"),
        url=table.url,
        crumbs=table.crumbs(),
    )


# -- what they share ---------------------------------------------------------------------------------------------------


def _read(request: HttpRequest, table: Table, version: Version, before: Version | None) -> dict[str, Any]:
    reading, languages = table.read(version, before, language=request.GET.get(LANGUAGE))
    return {
        "version": version,
        "reading": reading,
        "languages": [
            {
                "label": format_html('<span lang="{}">{}</span>', language.code, language.own_name),
                "url": f"?{LANGUAGE}={language.code}",
                "is_current": language.code == reading.language,
            }
            for language in languages
        ],
    }


def _accepted(table: Table, version: Version) -> dict[str, Any]:
    """Who has accepted it. Mediators read the names; at the table a number is enough, and hurries nobody."""
    rows = set(version.acceptances.values_list("party", flat=True))
    people = [(table.names[str(party.pk)], party.pk in rows) for party in table.those_in_it]
    return {
        "people": people,
        "yes": sum(has for _name, has in people),
        "have_i": table.mine is not None and table.mine.pk in rows,
        "is_mine_to_accept": table.is_on_it and table.mine is not None and table.mine.pk not in rows,
    }
