"""The register of desks in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.housing.registers import UnusedOnlyDeleteView

from .appointments.registers import CounterViewSet, TopicViewSet
from .models import Desk


class DeskForm(WagtailAdminModelForm):
    """A desk with its hours and closures, of which no two that are to come may overlap."""

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        shut: list[Any] = []
        closures = self.formsets.get("closures")
        for form in closures.forms if closures is not None else ():
            if not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            closure = form.instance
            if not closure.first_day or closure.last_day < timezone.localdate():
                continue
            if other := closure.overlapped(shut):
                form.add_error("first_day", other.said_closed())
            shut.append(closure)
        return told


class DeskViewSet(ModelViewSet):
    model = Desk
    name = "desks"
    delete_view_class = UnusedOnlyDeleteView
    icon = "calendar-alt"
    copy_view_enabled = False
    list_display = ("name", "address", "phone")
    edit_handler = ObjectList(
        (
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
                panels=[
                    FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
                    FieldPanel("reason"),
                ],
            ),
            FieldRowPanel(
                [FieldPanel("notice_hours"), FieldPanel("interpreter_days"), FieldPanel("horizon_weeks")],
                heading=_("Appointments"),
            ),
        ),
        base_form_class=DeskForm,
    )


class DesksGroup(ModelViewSetGroup):
    items = (DeskViewSet, CounterViewSet, TopicViewSet)
    menu_label = _("Desks")
    menu_icon = "calendar-alt"
    menu_order = 220
