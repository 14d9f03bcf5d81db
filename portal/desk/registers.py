"""The register of desks in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.viewsets.model import ModelViewSet

from .models import Desk


class DeskViewSet(ModelViewSet):
    model = Desk
    name = "desks"
    icon = "calendar-alt"
    add_to_admin_menu = True
    menu_order = 220
    copy_view_enabled = False
    list_display = ("name", "address", "phone")
    panels = (
        FieldPanel("name"),
        FieldPanel("address"),
        FieldPanel("phone"),
        FieldPanel("note"),
        FieldPanel(
            "position",
            help_text=_("The lowest stands first: at the foot of every page, and on the letters."),
        ),
        InlinePanel(
            "hours",
            panels=[FieldRowPanel([FieldPanel("weekday"), FieldPanel("opens"), FieldPanel("closes")])],
        ),
    )
