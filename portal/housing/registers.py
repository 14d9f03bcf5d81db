"""The registers of homes in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from .models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy


class MunicipalityViewSet(ModelViewSet):
    model = Municipality
    name = "municipalities"
    icon = "site"
    form_fields = ("name", "province")
    list_display = ("name", "province")
    copy_view_enabled = False


class BuildingViewSet(ModelViewSet):
    model = Building
    name = "buildings"
    icon = "home"
    form_fields = ("municipality", "name", "address", "gas_emergency_phone", "lift_emergency_phone")
    list_display = ("name", "municipality", "address")
    list_filter = ("municipality",)
    search_fields = ("name", "address")
    copy_view_enabled = False


class StairwellViewSet(ModelViewSet):
    model = Stairwell
    name = "stairwells"
    icon = "order"
    form_fields = ("building", "name")
    list_display = ("name", "building")
    list_filter = ("building",)


class CommonAreaViewSet(ModelViewSet):
    model = CommonArea
    name = "common-areas"
    icon = "list-ul"
    form_fields = ("building", "stairwell", "kind", "name")
    list_display = ("name", "building", "kind")
    list_filter = ("building", "kind")
    search_fields = ("name", "building__name")


class DwellingViewSet(ModelViewSet):
    model = Dwelling
    name = "dwellings"
    icon = "key"
    form_fields = ("building", "stairwell", "number", "floor", "rooms", "square_metres", "is_shared")
    list_display = ("number", "building", "stairwell", "floor", "rooms", "is_shared")
    list_filter = ("building", "is_shared")
    search_fields = ("number", "building__name")


class TenancyViewSet(ModelViewSet):
    model = Tenancy
    name = "tenancies"
    icon = "doc-full"
    form_fields = ("dwelling", "household", "kind", "starts_on", "ends_on", "left_on")
    list_display = ("household", "dwelling", "kind", "starts_on", "ends_on", "left_on")
    list_filter = ("kind", "dwelling__building")
    search_fields = ("household__name", "dwelling__number", "dwelling__building__name")
    copy_view_enabled = False


class HomesGroup(ModelViewSetGroup):
    menu_label = _("Homes")
    menu_icon = "home"
    menu_order = 200
    items = (
        BuildingViewSet,
        DwellingViewSet,
        TenancyViewSet,
        CommonAreaViewSet,
        StairwellViewSet,
        MunicipalityViewSet,
    )
