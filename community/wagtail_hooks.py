"""Community's registers in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from .mutual_aid.time_bank.models import HoursLimits
from .safety.registers import StewardViewSet


class HoursLimitsViewSet(ModelViewSet):
    model = HoursLimits
    icon = "time"
    menu_label = _("Limits of the time bank")
    add_to_admin_menu = True
    list_display = ["kind", "lowest", "highest"]
    form_fields = ["lowest", "highest"]


@hooks.register("register_admin_viewset")
def register_hours_limits():
    return HoursLimitsViewSet("hours_limits")


@hooks.register("register_admin_viewset")
def register_stewards():
    return StewardViewSet("stewards")
