"""The registers of the directory in the Wagtail admin. Resources themselves are pages."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.viewsets.model import ModelViewSetGroup

from portal.housing.registers import PublicEditView, PublicViewSet

from .models import Place, Provider


class ProviderEditView(PublicEditView):
    def save_instance(self):
        provider = super().save_instance()
        provider.tell_anew()
        return provider


class ProviderViewSet(PublicViewSet):
    model = Provider
    edit_view_class = ProviderEditView
    name = "resource-providers"
    icon = "group"
    list_display = ("name", "legal_status", "phone", "email")
    list_filter = ("legal_status",)
    search_fields = ("name",)
    copy_view_enabled = False
    panels = (
        FieldPanel("name"),
        FieldPanel("legal_status"),
        FieldPanel("about"),
        FieldPanel("email"),
        FieldPanel("phone"),
        FieldPanel("website"),
        FieldPanel("partner"),
    )


class PlaceViewSet(PublicViewSet):
    model = Place
    name = "resource-places"
    icon = "site"
    list_display = ("name", "address", "municipality")
    list_filter = ("municipality",)
    search_fields = ("name", "address")
    copy_view_enabled = False
    panels = (
        FieldPanel("name"),
        FieldPanel("address"),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("municipality")]),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldPanel("accessibility"),
        FieldPanel("transport"),
    )


class DirectoryGroup(ModelViewSetGroup):
    menu_label = _("Local resources")
    menu_icon = "site"
    menu_order = 215
    items = (ProviderViewSet, PlaceViewSet)
