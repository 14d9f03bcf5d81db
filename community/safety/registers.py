"""The register of who answers for mutual aid, in the Wagtail admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from .models import Steward


class StewardViewSet(ModelViewSet):
    model = Steward
    icon = "group"
    menu_label = _("Who answers for mutual aid")
    add_to_admin_menu = True
    list_display = ["municipality", "organization"]
    form_fields = ["municipality", "organization"]
