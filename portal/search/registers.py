"""The words that mean the same, in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from .models import SearchSynonyms


class SynonymsViewSet(ModelViewSet):
    model = SearchSynonyms
    name = "synonyms"
    icon = "search"
    menu_label = _("Synonyms")
    add_to_admin_menu = True
    menu_order = 230
    copy_view_enabled = False
    list_display = ("__str__", "language")
    list_filter = ("language",)
    panels = (FieldPanel("ways"), FieldPanel("language"))
