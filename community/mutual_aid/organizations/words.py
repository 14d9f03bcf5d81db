"""What an organization's hours are called."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "exchange": _("its members, in exchanges with neighbours"),
    "shared": _("its members, in shifts and shared days"),
    "given": _("given in the organization's name"),
    "received": _("received in the organization's name"),
}
TOO_FEW = _("fewer than five people")
