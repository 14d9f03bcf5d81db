"""The register of desks in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.housing.registers import UnusedOnlyDeleteView

from .appointments.registers import CounterViewSet, TopicViewSet
from .models import Desk


class DeskViewSet(ModelViewSet):
    model = Desk
    name = "desks"
    delete_view_class = UnusedOnlyDeleteView
    icon = "calendar-alt"
    copy_view_enabled = False
    list_display = ("name", "address", "phone")
    panels = (
        FieldPanel("name"),
        FieldPanel("municipality"),
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
        InlinePanel(
            "closures",
            help_text=_(
                "Days on which it stays closed. Whoever is booked then is told, and may choose another time."
            ),
            panels=[FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]), FieldPanel("reason")],
        ),
        FieldRowPanel(
            [FieldPanel("notice_hours"), FieldPanel("interpreter_days"), FieldPanel("horizon_weeks")],
            heading=_("Appointments"),
        ),
    )


class DesksGroup(ModelViewSetGroup):
    items = (DeskViewSet, CounterViewSet, TopicViewSet)
    menu_label = _("Desks")
    menu_icon = "calendar-alt"
    menu_order = 220
