"""Maintenance's registers in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from .tickets.models import ResponseTarget


class ResponseTargetViewSet(ModelViewSet):
    model = ResponseTarget
    icon = "time"
    menu_label = _("Response targets")
    add_to_admin_menu = True
    list_display = [
        "urgency",
        "category",
        "building",
        "first_answer",
        "first_answer_unit",
        "done",
        "done_unit",
    ]
    list_filter = ["urgency", "building"]
    form_fields = [
        "urgency",
        "category",
        "building",
        "first_answer",
        "first_answer_unit",
        "done",
        "done_unit",
    ]


@hooks.register("register_admin_viewset")
def register_targets():
    return ResponseTargetViewSet("response_targets")
