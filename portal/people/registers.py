"""The registers of people in the Wagtail admin. What they save, the models' own verbs do."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView, chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from portal.access import ask_why, has_stepped_up, step_up_and_send_again
from portal.ui.words import listed

from .contacts import masked
from .models import Household, HouseholdMember, Organization, OrganizationMember, User
from .phones import PhoneField

# -- choosing somebody in a form -----------------------------------------------------------------------------


class NameFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Name"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def filter(self, objects):
        objects = super().filter(objects)
        if name := self.cleaned_data.get("q"):
            self.is_searching, self.search_query = True, name
            objects = (
                objects.named_like(name) if objects.model is User else objects.filter(name__icontains=name)
            )
        return objects


class _ForThoseWhoKeepTheRegister:
    """Wagtail shows a chooser to every editor; people are shown to whoever keeps the register of households."""

    filter_form_class = NameFilterForm

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("portal.view_household"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class _TellsNamesakesApart:
    """Beside the name of a person stand the household and as much of the address as tells two apart."""

    def get_object_list(self):
        objects = super().get_object_list()
        if objects.model is not User:
            return objects
        memberships = HouseholdMember.objects.current().select_related("household")
        return objects.prefetch_related(Prefetch("household_memberships", memberships, to_attr="lives_in"))

    @property
    def columns(self):
        if self.model_class is not User:
            return super().columns
        return [
            *super().columns,
            Column("household", label=_("Household"), accessor=_household_of),
            Column("reached_at", label=_("E-mail address"), accessor=lambda person: masked(person.email)),
        ]


def _household_of(person) -> str:
    return listed(member.household for member in person.lives_in)


class _Choose(_TellsNamesakesApart, _ForThoseWhoKeepTheRegister, chooser.ChooseView):
    pass


class _ChooseResults(_TellsNamesakesApart, _ForThoseWhoKeepTheRegister, chooser.ChooseResultsView):
    pass


class _Chosen(_ForThoseWhoKeepTheRegister, chooser.ChosenView):
    pass


class _ChosenMultiple(_ForThoseWhoKeepTheRegister, chooser.ChosenMultipleView):
    pass


class KeptChooserViewSet(ChooserViewSet):
    """Chooses and makes nothing: Wagtail serves an address to create things at even where there is no form for it."""

    register_widget = False  # named in the forms that may use it
    choose_view_class = _Choose
    choose_results_view_class = _ChooseResults
    chosen_view_class = _Chosen
    chosen_multiple_view_class = _ChosenMultiple

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name != "create"]


person_chooser = KeptChooserViewSet(
    "person_chooser",
    model=User,
    icon="user",
    choose_one_text=_("Choose a person"),
    choose_another_text=_("Choose another person"),
    edit_item_text=_("Edit this person"),
)
household_chooser = KeptChooserViewSet(
    "household_chooser",
    model=Household,
    icon="home",
    choose_one_text=_("Choose a household"),
    choose_another_text=_("Choose another household"),
    edit_item_text=_("Edit this household"),
)

# -- the registers ---------------------------------------------------------------------------------------------


class KeptViewSet(ModelViewSet):
    """A register from which nothing is deleted: people leave, accounts close, erasing is the privacy room's."""

    copy_view_enabled = False
    add_to_reference_index = False

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(delete_url_name=None, usage_url_name=None, **kwargs)

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name not in {"delete", "usage"}]


class PersonForm(WagtailAdminModelForm):
    signs_out = forms.BooleanField(
        label=_("Sign this person out everywhere, now"),
        required=False,
        help_text=_("If a phone was lost or stolen. Whoever uses it is out within some seconds."),
    )

    phone = PhoneField(
        label=_("Phone to sign in with"),
        required=False,
        help_text=_(
            "Of this person only, and seen by you: codes to sign in go there. Changing it signs them out everywhere."
        ),
    )
    contact_phone = PhoneField(
        label=_("Phone to call"),
        required=False,
        help_text=_("A family may share it. Nobody signs in with it."),
    )

    class Meta:
        model = User
        fields = ("display_name", "email", "phone", "contact_phone", "language", "is_active")
        help_texts = {
            "email": _(
                "Codes and links to sign in go here. Changing it signs the person out everywhere, "
                "and the old one is told."
            ),
            "is_active": _("Without this the person cannot sign in. What they did stays."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["signs_out"]

    def clean_email(self):
        email = (self.cleaned_data["email"] or "").lower() or None
        if email and User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else has this address."))
        return email

    def clean_phone(self):
        phone = self.cleaned_data["phone"] or None
        if phone and User.objects.filter(phone=phone).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("Somebody else signs in with this number. Two may share a number to call.")
            )
        return phone

    def clean(self):
        cleaned = super().clean()
        if self.instance.is_erased:
            raise forms.ValidationError(
                _("This person was erased: the entry stays as it is. If they come back, register them anew.")
            )
        if self.instance.is_superuser and not self.for_user.is_superuser:
            raise forms.ValidationError(_("Only whoever keeps the installation changes this account."))
        if self.instance.pk and not cleaned["is_active"] and self.instance.is_last_administrator():
            self.add_error(
                "is_active",
                _("Somebody has to remain administrator: give the role to somebody else first."),
            )
        return cleaned

    @transaction.atomic
    def save(self, commit=True):
        person, by = self.instance, self.for_user
        if person.pk is None:
            person.set_unusable_password()
            return super().save()
        email, phone, active = person.email, person.phone, person.is_active
        person.email, person.phone = self.initial["email"], self.initial["phone"]
        person.is_active = self.initial["is_active"]
        # Of the row only what was typed here: a whole row would bring back sessions that ended meanwhile.
        person.save(update_fields=["display_name", "contact_phone", "language"])
        if email != person.email:
            person.change_email(email, by=by)
        if phone != person.phone:
            person.change_phone(phone, by=by)
        if active != person.is_active:
            (person.open_account if active else person.close_account)(by=by)
        if self.cleaned_data["signs_out"]:
            person.sign_out_everywhere(by=by)
        return person


class PersonEditView(EditView):
    """Addresses and numbers of somebody are opened with a reason, which they can read; and by whoever has just proved
    who they are: an address that is changed here opens an account."""

    @property
    def header_buttons(self):
        buttons = [*super().header_buttons]
        if self.request.user.has_perm("portal.take_factors", self.object):
            url = reverse("portal:factors_of", args=[self.object.pk])
            buttons.append(HeaderButton(_("Phone or passkey lost"), url=url, icon_name="key"))
        return buttons

    def get(self, request, *args, **kwargs):
        return self._asked_first(request) or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self._asked_first(request) or super().post(request, *args, **kwargs)

    def _asked_first(self, request):
        person = self.get_object()
        if not has_stepped_up(request):
            return step_up_and_send_again(request)
        above = [{"title": _("People"), "url": reverse("people:index")}]
        return ask_why(request, person, about=person, crumbs=above)


class PersonAddView(CreateView):
    """Whoever enters an address lets somebody in by it."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.has_perm("portal.add_user") and not has_stepped_up(request):
            return step_up_and_send_again(request)
        return super().dispatch(request, *args, **kwargs)


class PersonViewSet(KeptViewSet):
    model = User
    name = "people"
    icon = "user"
    menu_label = _("People")
    add_view_class = PersonAddView
    edit_view_class = PersonEditView
    list_display = ("display_name", Column("language", label=_("Language")), "is_active")
    list_filter = ("language", "is_active")
    search_fields = ("display_name", "email", "phone")
    ordering = ("display_name", "pk")

    def get_form_class(self, for_update=False):
        return PersonForm


class MembershipForm(WagtailAdminModelForm):
    """Adding goes through the group's own verb; so does ending, which closes what membership had opened."""

    ends = forms.BooleanField(label=_("No longer a member, from today"), required=False)
    group_field: str
    flag: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Who and where never change: one membership ends, another begins.
            del self.fields["person"], self.fields[self.group_field]
            if self.instance.until:
                self.fields["ends"].disabled = True
                self.fields["ends"].initial = True
        else:
            del self.fields["ends"]

    @transaction.atomic
    def save(self, commit=True):
        member, by = self.instance, self.for_user
        group = getattr(member, self.group_field)
        if member.pk is None:
            member = group.add(member.person, by=by, **{self.flag: self.cleaned_data[self.flag]})
        else:
            member.save(update_fields=[self.flag])
            if self.flag in self.changed_data:
                member.person.rights_changed()
            if self.cleaned_data["ends"] and member.until is None:
                group.remove(member.person, by=by)
                member.refresh_from_db()
        self.instance = member
        return member


class HouseholdMemberForm(MembershipForm):
    group_field = "household"
    flag = "is_adult"

    class Meta:
        model = HouseholdMember
        fields = ("household", "person", "is_adult")
        widgets = {"household": household_chooser.widget_class, "person": person_chooser.widget_class}

    def clean_person(self):
        person = self.cleaned_data["person"]
        if HouseholdMember.objects.current().filter(person=person).exists():
            raise forms.ValidationError(_("This person belongs to a household already. End that first."))
        return person


class OrganizationMemberForm(MembershipForm):
    group_field = "organization"
    flag = "is_coordinator"

    class Meta:
        model = OrganizationMember
        fields = ("organization", "person", "is_coordinator")
        widgets = {"person": person_chooser.widget_class}

    def clean(self):
        cleaned = super().clean()
        person, organization = cleaned.get("person"), cleaned.get("organization")
        if person and organization and organization.members.current().filter(person=person).exists():
            self.add_error("person", _("This person is a member already."))
        return cleaned


class HouseholdViewSet(KeptViewSet):
    model = Household
    name = "households"
    icon = "home"
    form_fields = ("name",)
    list_display = ("name", "created_at")
    search_fields = ("name", "members__person__display_name")


class MembershipViewSet(KeptViewSet):
    list_per_page = 50
    form_class: type[MembershipForm]

    def get_form_class(self, for_update=False):
        return self.form_class


class HouseholdMemberViewSet(MembershipViewSet):
    model = HouseholdMember
    name = "household-members"
    icon = "group"
    form_class = HouseholdMemberForm
    list_display = ("person", "household", "is_adult", "since", "until")
    search_fields = ("person__display_name", "household__name")


class OrganizationViewSet(KeptViewSet):
    model = Organization
    name = "organizations"
    icon = "globe"
    form_fields = ("name", "kind", "about", "contact", "email", "phone", "areas", "accepts_volunteers")
    list_display = ("name", "kind", "email", "phone", "accepts_volunteers")
    list_filter = ("kind", "accepts_volunteers")
    search_fields = ("name",)


class OrganizationMemberViewSet(MembershipViewSet):
    model = OrganizationMember
    name = "organization-members"
    icon = "group"
    form_class = OrganizationMemberForm
    list_display = ("person", "organization", "is_coordinator", "since", "until")
    search_fields = ("person__display_name", "organization__name")


class PeopleGroup(ModelViewSetGroup):
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 210
    items = (
        PersonViewSet,
        HouseholdViewSet,
        HouseholdMemberViewSet,
        OrganizationViewSet,
        OrganizationMemberViewSet,
    )
