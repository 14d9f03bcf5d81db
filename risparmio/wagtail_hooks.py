"""Savings' registers in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from .book.models import BankAccount


class BankAccountViewSet(ModelViewSet):
    """For whoever administers the installation alone: where households pay in is not for whoever keeps the books."""

    model = BankAccount
    icon = "tag"
    menu_label = _("Bank accounts")
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "holder", "iban", "is_paid_into"]
    form_fields = ["name", "holder", "iban", "is_paid_into"]


@hooks.register("register_admin_viewset")
def register_bank_accounts():
    return BankAccountViewSet("bank_accounts")
