"""The registers of counters and topics in the Wagtail admin; that of desks stands one room up."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.viewsets.model import ModelViewSet

from portal.housing.registers import UnusedOnlyDeleteView

from .counters import AppointmentTopic, Counter


class CounterViewSet(ModelViewSet):
    model = Counter
    name = "counters"
    icon = "desktop"
    copy_view_enabled = False
    delete_view_class = UnusedOnlyDeleteView
    list_display = ("name", "desk", "is_open")
    list_filter = ("desk",)
    panels = (
        FieldPanel("desk"),
        FieldPanel("name"),
        FieldPanel("position"),
        FieldPanel("is_open"),
        InlinePanel(
            "shifts",
            label=_("Who sits there"),
            help_text=_(
                "On which days, and which languages they speak. Without any, somebody is there whenever it is open."
            ),
            panels=[FieldRowPanel([FieldPanel("weekday"), FieldPanel("staff")]), FieldPanel("languages")],
        ),
    )


class TopicViewSet(ModelViewSet):
    model = AppointmentTopic
    name = "appointment-topics"
    icon = "list-ul"
    copy_view_enabled = False
    delete_view_class = UnusedOnlyDeleteView
    list_display = ("name", "quarters", "is_active")
    panels = (
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("quarters"),
        FieldPanel("bring"),
        FieldPanel("desks"),
        FieldPanel("position"),
        FieldPanel("is_active"),
        InlinePanel(
            "words",
            label=_("In another language"),
            panels=[FieldPanel("language"), FieldPanel("name"), FieldPanel("bring")],
        ),
    )
