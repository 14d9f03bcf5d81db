"""The registers of homes in the Wagtail admin."""

from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.people.registers import household_chooser

from .models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy


class UnusedOnlyDeleteView(DeleteView):
    """Deletes what nothing depends on, and says so otherwise."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(self.request, _("This is still in use: delete or end what belongs to it first."))
            return redirect(self.get_edit_url())


class HomeViewSet(ModelViewSet):
    delete_view_class = UnusedOnlyDeleteView


class MunicipalityViewSet(HomeViewSet):
    model = Municipality
    name = "municipalities"
    icon = "site"
    form_fields = ("name", "province")
    list_display = ("name", "province")
    copy_view_enabled = False


class BuildingViewSet(HomeViewSet):
    model = Building
    name = "buildings"
    icon = "home"
    form_fields = ("municipality", "name", "address", "gas_emergency_phone", "lift_emergency_phone")
    list_display = ("name", "municipality", "address")
    list_filter = ("municipality",)
    search_fields = ("name", "address")
    copy_view_enabled = False


class StairwellViewSet(HomeViewSet):
    model = Stairwell
    name = "stairwells"
    icon = "order"
    form_fields = ("building", "name")
    list_display = ("name", "building")
    list_filter = ("building",)


class CommonAreaViewSet(HomeViewSet):
    model = CommonArea
    name = "common-areas"
    icon = "list-ul"
    form_fields = ("building", "stairwell", "kind", "name")
    list_display = ("name", "building", "kind")
    list_filter = ("building", "kind")
    search_fields = ("name", "building__name")


class DwellingViewSet(HomeViewSet):
    model = Dwelling
    name = "dwellings"
    icon = "key"
    form_fields = ("building", "stairwell", "number", "floor", "rooms", "square_metres", "is_shared")
    list_display = ("number", "building", "stairwell", "floor", "rooms", "is_shared")
    list_filter = ("building", "is_shared")
    search_fields = ("number", "building__name")


class TenancyForm(WagtailAdminModelForm):
    class Meta:
        model = Tenancy
        fields = ("dwelling", "household", "kind", "starts_on", "ends_on", "left_on")
        widgets = {"household": household_chooser.widget_class}

    def clean(self):
        """In words what the database holds in constraints."""
        cleaned = super().clean()
        dwelling, household, starts_on = (
            cleaned.get(name) for name in ("dwelling", "household", "starts_on")
        )
        for name, says in (
            ("ends_on", _("It cannot end before it starts.")),
            ("left_on", _("They cannot have left before it starts.")),
        ):
            if starts_on and cleaned.get(name) and cleaned[name] < starts_on:
                self.add_error(name, says)
        others = Tenancy.objects.filter(left_on=None).exclude(pk=self.instance.pk)
        if not cleaned.get("left_on"):
            if dwelling and not dwelling.is_shared and others.filter(dwelling=dwelling).exists():
                self.add_error("dwelling", _("Another household lives here. End its tenancy first."))
            if household and others.filter(household=household).exists():
                self.add_error(
                    "household", _("This household lives somewhere already. End that tenancy first.")
                )
        return cleaned


class TenancyViewSet(HomeViewSet):
    model = Tenancy
    name = "tenancies"
    icon = "doc-full"
    list_display = ("household", "dwelling", "kind", "starts_on", "ends_on", "left_on")
    list_filter = ("kind", "dwelling__building")
    search_fields = ("household__name", "dwelling__number", "dwelling__building__name")
    copy_view_enabled = False

    def get_form_class(self, for_update=False):
        return TenancyForm


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
