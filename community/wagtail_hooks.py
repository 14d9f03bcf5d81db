"""Community's registers in the Wagtail admin."""

from wagtail import hooks

from .safety.registers import StewardViewSet


@hooks.register("register_admin_viewset")
def register_stewards():
    return StewardViewSet("stewards")
