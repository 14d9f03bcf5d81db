"""For editors, in the Wagtail admin: the report of pages, how one stands, languages at a glance, readability."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Locale, Page, get_page_content_types
from wagtail.permissions import policy_registry

from portal.ui.spreadsheets import HarmlessCsvMixin

from .gulpease import measure
from .models import PageFeedback, PageLink, PageState
from .querysets import (
    PROBLEMS,
    figures,
    how_many_stand,
    pages,
    problems_of,
    source_language,
    standing,
    translated_into,
    with_states,
)
from .review import may_confirm

ROWS = 50
# Of a text that is measured while it is being written.
MOST_PIECES = 2000
MOST_CHARACTERS = 200_000  # of all pieces together


def may_write(user: Any) -> bool:
    return policy_registry.get_by_type(Page).user_has_any_permission(user, ["add", "change", "publish"])


def for_writers(view):
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not may_write(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


# -- the report ---------------------------------------------------------------------------------------------------


def _kinds() -> list[tuple[int, str]]:
    types = get_page_content_types(include_base_page_type=False)
    return sorted(
        ((kind.pk, str(kind.model_class()._meta.verbose_name).capitalize()) for kind in types),
        key=lambda kind: kind[1],
    )


class PagesFilterSet(WagtailFilterSet):
    problem = django_filters.ChoiceFilter(
        label=gettext_lazy("What is to do"),
        choices=[(key, label) for key, (label, _condition) in PROBLEMS.items()],
        method="with_problem",
    )
    lacks = django_filters.ChoiceFilter(
        label=gettext_lazy("Not translated into"),
        choices=lambda: _languages(translated_into()),
        method="lacking",
    )
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, field_name="locale__language_code"
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind of page"), choices=_kinds, field_name="content_type"
    )

    class Meta:
        model = Page
        fields: list[str] = []

    def with_problem(self, queryset, name, value):
        return queryset.filter(PROBLEMS[value][1]())

    def lacking(self, queryset, name, value):
        return queryset.filter(PROBLEMS["untranslated"][1](value))


def _languages(codes: list[str]) -> list[tuple[str, str]]:
    names = dict(settings.LANGUAGES)
    return [(code, names[code]) for code in codes]


class PagesReport(HarmlessCsvMixin, PageReportView):
    """One row a page and language, with all that is to do there. What is to be checked first stands first."""

    results_template_name = "portal/pages/editing/report_results.html"
    page_title = gettext_lazy("How the pages stand")
    header_icon = "clipboard-list"
    filterset_class = PagesFilterSet
    index_url_name = "portal_pages_report"
    index_results_url_name = "portal_pages_report_results"
    any_permission_required = ["add", "change", "publish"]
    paginate_by = ROWS
    export_filename = "pagine"
    list_export = [
        "title", "language", "kind", "is_live", "checked_on", "check_on", "todo", "lacking", "broken",
        "gulpease", "yes", "no",
    ]  # fmt: skip
    export_headings = {
        "title": gettext_lazy("Page"),
        "language": gettext_lazy("Language"),
        "kind": gettext_lazy("Kind of page"),
        "is_live": gettext_lazy("Published"),
        "checked_on": gettext_lazy("Checked on"),
        "check_on": gettext_lazy("To be checked on"),
        "todo": gettext_lazy("What is to do"),
        "lacking": gettext_lazy("Not translated into"),
        "broken": gettext_lazy("Links that lead nowhere"),
        "gulpease": gettext_lazy("Readability (Gulpease)"),
        "yes": gettext_lazy("Useful"),
        "no": gettext_lazy("Not useful"),
    }

    def get_queryset(self):
        mine = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, ["change", "publish"]
        )
        self.queryset = with_states(pages().filter(pk__in=mine.values("pk")))
        return super().get_queryset()

    def decorate_paginated_queryset(self, object_list):
        return decorated(object_list)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if not self.is_export:
            numbers = figures()
            context["figures"] = [
                {"key": key, "label": label, "number": numbers[key]} for key, (label, _c) in PROBLEMS.items()
            ]
            context["next"] = here = self.request.get_full_path()
            for page in context["object_list"]:
                page.ask_again = ask_again_url(page, here) if page.live and page.not_asked_yet else ""
        return context


def decorated(found: Any) -> list[Page]:
    """Pages of `with_states` with what a row says, by three queries for all of them."""
    rows = list(found)
    broken: dict[int, list[PageLink]] = {}
    for link in PageLink.objects.filter(page__in=[page.pk for page in rows]).broken().order_by("pk"):
        broken.setdefault(link.page_id, []).append(link)
    problems = problems_of(rows)
    out: dict[Any, set[str]] = {}
    for key, language in (
        Page.objects.live()
        .filter(translation_key__in=[page.translation_key for page in rows])
        .values_list("translation_key", "locale__language_code")
    ):
        out.setdefault(key, set()).add(language)
    names = dict(settings.LANGUAGES)
    for page in rows:
        state = getattr(page, "portal_state", None)
        page.language = str(names.get(page.locale.language_code, page.locale.language_code))
        page.kind = str(page.content_type.model_class()._meta.verbose_name)
        page.is_live = _("yes") if page.live else _("no")
        page.checked_on = state and state.checked_on
        page.check_on = state and state.check_on
        page.gulpease = state and state.gulpease
        page.broken_links = broken.get(page.pk, [])
        page.broken = [link.target for link in page.broken_links]
        is_source = page.live and page.locale.language_code == source_language()
        page.lacking_codes = (
            [code for code in translated_into() if code not in out.get(page.translation_key, ())]
            if is_source
            else []
        )
        page.lacking = [str(names[code]) for code in page.lacking_codes]
        page.problems = problems[page.pk] if page.live else []
        page.todo = [str(PROBLEMS[key][0]) for key in page.problems]
    return rows


# -- one page -----------------------------------------------------------------------------------------------------


class CheckForm(forms.Form):
    again_on = forms.DateField(
        label=gettext_lazy("Check again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Leave it empty for the usual: after a year, a call or an event when it is over."
        ),
    )

    def clean_again_on(self):
        day = self.cleaned_data["again_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return day


def _page_for(request: HttpRequest, pk: int) -> Page:
    """A page that this editor may change; any other is as missing as a missing one."""
    found = get_object_or_404(with_states(pages()), pk=pk)
    if not found.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return found


@for_writers
def page_state(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is known of a page, and "still right today"."""
    page = _page_for(request, pk)
    form, status = CheckForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        if form.is_valid():
            PageState.still_right(page, by=request.user, again_on=form.cleaned_data["again_on"])
            messages.success(request, _("“%(page)s” is checked. Thank you.") % {"page": page.title})
            return redirect(_next(request) or reverse("portal_page_state", args=[page.pk]))
        status = 422
    (page,) = decorated([page])
    context = {
        "page": page,
        "form": form,
        "may_check": page.live and may_confirm(page, request.user),
        "links": page.broken_links,
        "readability": measured(page),
        "feedback": list(page.portal_feedback.all()[:ROWS]),
        "unread": page.portal_feedback.unread().count(),
        "page_title": page.title,
        "header_icon": "clipboard-list",
        "next": _next(request),
    }
    return render(request, "portal/pages/editing/page_state.html", context, status=status)


@require_POST
@for_writers
def feedback_read(request: HttpRequest, pk: int) -> HttpResponse:
    page = _page_for(request, pk)
    PageFeedback.mark_read(page, by=request.user)
    return redirect("portal_page_state", pk=page.pk)


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else ""


def measured(page: Page):
    from .gulpease import LANGUAGE
    from .reading import pieces_of

    return measure(pieces_of(page.specific)) if page.locale.language_code == LANGUAGE else None


# -- languages ----------------------------------------------------------------------------------------------------


@for_writers
def languages(request: HttpRequest) -> HttpResponse:
    """Every page written first, and where it stands in each language; how many stand how, and those alone."""
    names = dict(settings.LANGUAGES)
    spoken = set(Locale.objects.values_list("language_code", flat=True))
    codes = [code for code, _name in settings.LANGUAGES if code in spoken]
    wanted, state = request.GET.get("language", ""), request.GET.get("state", "")
    chosen = (wanted, state) if wanted in codes and state in MARKS else None
    first = pages().filter(locale__language_code=source_language())
    kept = with_states(first.filter(standing(*chosen)) if chosen else first).order_by("path")
    shown = Paginator(kept, ROWS).get_page(request.GET.get("p"))
    sources = list(shown)
    states: dict[Any, dict[str, Page]] = {}
    translations = with_states(
        Page.objects.filter(translation_key__in=[page.translation_key for page in sources], alias_of=None)
    )
    for page in translations:
        states.setdefault(page.translation_key, {})[page.locale.language_code] = page
    rows = [
        {
            "page": page,
            "cells": [_cell(page, states.get(page.translation_key, {}).get(code), code) for code in codes],
        }
        for page in sources
    ]
    context = {
        "rows": rows,
        "languages": [names[code] for code in codes],
        "totals": [
            {"language": names[code], "states": _totals(code, chosen, how_many_stand(first, code, MARKS))}
            for code in codes
        ],
        "chosen": chosen and {"language": names[chosen[0]], "words": MARKS[chosen[1]][1]},
        "kept_by": f"&{urlencode({'language': wanted, 'state': state})}" if chosen else "",
        "shown": shown,
        "page_title": _("Pages and languages"),
        "header_icon": "site",
    }
    return render(request, "portal/pages/editing/languages.html", context)


MARKS = {
    "current": ("✓", gettext_lazy("current")),
    "draft": ("✎", gettext_lazy("draft")),
    "outdated": ("↻", gettext_lazy("older than its source")),
    "missing": ("—", gettext_lazy("missing")),
}


def _totals(code: str, chosen: tuple[str, str] | None, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """What stands in a language, a number each, with the address that shows those alone."""
    return [
        {
            "mark": mark,
            "words": words,
            "number": numbers[state],
            "url": f"?{urlencode({'language': code, 'state': state})}",
            "is_chosen": chosen == (code, state),
        }
        for state, (mark, words) in MARKS.items()
    ]


def ask_again_url(page: Page, after: str) -> str:
    """Where the translator of such a page is asked for what has changed in its source; then on to `after`."""
    ask = reverse("wagtail_localize:update_translations", args=[page.not_asked_yet])
    return f"{ask}?{urlencode({'next': after})}"


def _cell(source: Page, version: Page | None, code: str) -> dict[str, Any]:
    if version is None:
        state, url = "missing", reverse("wagtail_localize:submit_page_translation", args=[source.pk])
    else:
        state = "draft" if not version.live else "outdated" if version.is_outdated else "current"
        url = reverse("wagtailadmin_pages:edit", args=[version.pk])
        if version.not_asked_yet:
            url = ask_again_url(version, reverse("portal_pages_languages"))
    mark, words = MARKS[state]
    return {
        "state": state,
        "mark": mark,
        "words": words,
        "url": url,
        "language": dict(settings.LANGUAGES)[code],
    }


# -- readability --------------------------------------------------------------------------------------------------


@require_POST
@for_writers
def readability(request: HttpRequest) -> HttpResponse:
    """The figure for a text that is being written: {"pieces": […]} in, a piece of the page out. Keeps nothing."""
    try:
        pieces = json.loads(request.body)["pieces"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "pieces"}, status=400)
    if (
        not isinstance(pieces, list)
        or len(pieces) > MOST_PIECES
        or not all(isinstance(piece, str) for piece in pieces)
        or sum(map(len, pieces)) > MOST_CHARACTERS
    ):
        return JsonResponse({"error": "pieces"}, status=400)
    shown = render_to_string(
        "portal/pages/editing/readability.html", {"readability": measure(pieces)}, request
    )
    return HttpResponse(shown)
