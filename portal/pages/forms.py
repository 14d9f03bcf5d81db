from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import Q
from django.urls import resolve
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from portal.ui.characters import in_one_line, sayable

from .editing.reading import has_hints
from .editing.skeletons import is_of_a_template
from .slugs import free_slug

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
        """No hints to whoever reads; and what is pasted along with words, and no reader of feeds bears, nowhere."""
        told = super().clean()
        for name, words in told.items():
            if isinstance(words, str):
                is_a_line = isinstance(self.fields[name].widget, forms.TextInput)
                told[name] = in_one_line(words) if is_a_line else sayable(words)
        if self._goes_out:
            for name in [name for name, value in told.items() if has_hints(value)]:
                self.add_error(name, _("A hint (✎) is left here. Write what it asks for, or take it out."))
        return told

    @property
    def _goes_out(self) -> bool:
        """A draft may hold hints."""
        asked = self.data.get("workflow-action-name") if "action-workflow-action" in self.data else ""
        return asked == "approve" or any(f"action-{what}" in self.data for what in ("publish", "submit"))

    def clean_slug(self) -> str:
        slug = self._by_its_title(self.cleaned_data["slug"])
        if self.parent_page.depth == HOME_DEPTH and (
            slug in dict(settings.LANGUAGES) or resolve(f"/{slug}/").view_name != "wagtail_serve"
        ):
            raise forms.ValidationError(
                _("The portal has a page of its own at this address. Choose another word.")
            )
        return slug

    def _by_its_title(self, slug: str) -> str:
        """What began from a template and has a title of its own now is found by that, until readers know it."""
        title = self.cleaned_data.get("title", "")
        is_new = self.instance.first_published_at is None
        if is_new and slugify(title) and not has_hints(title) and is_of_a_template(slug):
            return free_slug(self.parent_page, title, besides=self.instance.pk)
        return slug
