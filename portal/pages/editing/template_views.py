"""For editors: a page begun from a template. Nothing of it is published by itself."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .admin_views import for_writers
from .skeletons import Template, languages, templates, templates_below

MOST = 100  # places to choose among


class StartForm(forms.Form):
    """Which template, and below which page."""

    template = forms.CharField(widget=forms.HiddenInput)
    parent = forms.ModelChoiceField(Page.objects.none(), empty_label=None)

    def __init__(self, *args, template: Template, parents: list[Page], **kwargs):
        super().__init__(*args, auto_id=f"{template.language}-{template.key}-%s", **kwargs)
        self.begins = template
        field = self.fields["parent"]
        field.label = _("Below which page?")
        field.queryset = Page.objects.filter(pk__in=[page.pk for page in parents])
        field.label_from_instance = lambda page: page.draft_title
        field.error_messages["invalid_choice"] = _("Choose a page of the list.")
        if len(parents) == 1:
            field.widget = forms.HiddenInput()
            field.initial = parents[0].pk
        self.only = parents[0] if len(parents) == 1 else None
        self.initial["template"] = f"{template.language}/{template.key}"


@for_writers
def choose(request: HttpRequest) -> HttpResponse:
    """All templates with the pages that they may begin below, or, with `?parent=`, those below one page."""
    parent = _parent(request)
    offers = _below(parent) if parent else _everywhere(request)
    sent, status = None, 200
    if request.method == "POST":
        status = 422
        for template, parents in offers:
            if request.POST.get("template") == f"{template.language}/{template.key}":
                sent = StartForm(request.POST, template=template, parents=parents)
        if sent is not None and sent.is_valid():
            page = sent.begins.start(sent.cleaned_data["parent"], by=request.user)
            messages.success(request, _("The draft is there. Replace each hint (✎) by your own words."))
            return redirect("wagtailadmin_pages:edit", page.pk)
    shown = [
        sent if sent and sent.begins == template else StartForm(template=template, parents=parents)
        for template, parents in offers
    ]
    context = {
        "offers": shown,
        "parent": parent,
        "page_title": _("Start from a template"),
        "header_icon": "clipboard-list",
    }
    return render(request, "portal/pages/editing/templates.html", context, status=status)


def _parent(request: HttpRequest) -> Page | None:
    number = request.GET.get("parent", "")
    if not number:
        return None
    if not number.isdecimal() or len(number) > 15:
        raise PermissionDenied
    found = get_object_or_404(Page, pk=number).specific
    if not found.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    return found


def _below(parent: Page) -> list[tuple[Template, list[Page]]]:
    return [(template, [parent]) for template in templates_below(parent)]


def _everywhere(request: HttpRequest) -> list[tuple[Template, list[Page]]]:
    mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(request.user, "add")
    found = []
    for language in languages():
        for template in templates(language):
            kinds = template.kind.allowed_parent_page_models()
            places = mine.filter(locale__language_code=language).type(*kinds).order_by("path")
            if parents := list(places[:MOST]):
                found.append((template, parents))
    return found
