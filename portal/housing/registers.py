"""The registers of homes in the Wagtail admin."""

from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets import Button

from portal.people.registers import household_chooser
from portal.ui.whole_pages import purge_pages

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


class _ShownToAll:
    """What is saved here stands on public pages, which are kept whole: they are drawn anew."""

    def save_instance(self):
        saved = super().save_instance()
        purge_pages()
        return saved


class PublicCreateView(_ShownToAll, CreateView):
    pass


class PublicEditView(_ShownToAll, EditView):
    pass


class PublicDeleteView(UnusedOnlyDeleteView):
    def delete_action(self):
        super().delete_action()
        purge_pages()


class PublicViewSet(HomeViewSet):
    """A register of what public pages show."""

    add_view_class = PublicCreateView
    edit_view_class = PublicEditView
    delete_view_class = PublicDeleteView


def _labels_of(building: Building, button: type[Button] | type[MenuItem]) -> Button | MenuItem:
    """The way from a building in the register to the QR labels of its common areas."""
    url = reverse("portal:labels", args=[building.pk])
    return button(_("Print the labels"), url=url, icon_name="tag", priority=15)


class BuildingIndexView(IndexView):
    def get_list_more_buttons(self, instance):
        return [*super().get_list_more_buttons(instance), _labels_of(instance, MenuItem)]


class BuildingEditView(EditView):
    @property
    def header_more_buttons(self):
        return [*super().header_more_buttons, _labels_of(self.object, Button)]


class MunicipalityViewSet(PublicViewSet):
    model = Municipality
    name = "municipalities"
    icon = "site"
    form_fields = ("name", "province", "latitude", "longitude")
    list_display = ("name", "province")
    copy_view_enabled = False


class BuildingViewSet(HomeViewSet):
    model = Building
    index_view_class = BuildingIndexView
    edit_view_class = BuildingEditView
    name = "buildings"
    icon = "home"
    form_fields = ("municipality", "name", "address", "gas_emergency_phone", "lift_emergency_phone")
    list_display = ("name", "municipality", "address")
    list_filter = ("municipality",)
    search_fields = ("name", "address")
    copy_view_enabled = False


class PartEditView(EditView):
    """What is part of a building stays there: a label on its wall, a report and a tenancy lead back to it."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        form.fields["building"].disabled = True
        return form


class PartViewSet(HomeViewSet):
    edit_view_class = PartEditView


class StairwellViewSet(PartViewSet):
    model = Stairwell
    name = "stairwells"
    icon = "order"
    form_fields = ("building", "name")
    list_display = ("name", "building")
    list_filter = ("building",)


class CommonAreaViewSet(PartViewSet):
    model = CommonArea
    name = "common-areas"
    icon = "list-ul"
    form_fields = ("building", "stairwell", "kind", "name")
    list_display = ("name", "building", "kind")
    list_filter = ("building", "kind")
    search_fields = ("name", "building__name")


class DwellingViewSet(PartViewSet):
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
