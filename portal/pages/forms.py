from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import Q
from django.urls import resolve
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from portal.ui.characters import in_one_line, sayable

HOME_DEPTH = 2


class PortalPageForm(WagtailAdminPageForm):
    """A page that nobody could open is not saved: the addresses of apps and languages come first."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("situations"):
            # Each situation once: in the page's language, or in the one in which the page names it already.
            language = self.instance.locale_id or self.parent_page.locale_id
            named = [section.pk for section in self.instance.situations.all()]
            wanted = Q(locale=language, live=True) | Q(pk__in=named)
            field.queryset = field.queryset.filter(wanted).order_by("path")

    def clean(self) -> dict:
        """What is pasted along with words, and no reader of feeds bears, does not come in."""
        told = super().clean()
        for name, words in told.items():
            if isinstance(words, str):
                is_a_line = isinstance(self.fields[name].widget, forms.TextInput)
                told[name] = in_one_line(words) if is_a_line else sayable(words)
        return told

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if self.parent_page.depth == HOME_DEPTH and (
            slug in dict(settings.LANGUAGES) or resolve(f"/{slug}/").view_name != "wagtail_serve"
        ):
            raise forms.ValidationError(
                _("The portal has a page of its own at this address. Choose another word.")
            )
        return slug
