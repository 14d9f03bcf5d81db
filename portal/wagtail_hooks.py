"""What the portal adds to the Wagtail admin."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from .desk.registers import DesksGroup
from .housing.registers import HomesGroup
from .pages.contributions.admin_views import urlpatterns as contributions_urls
from .pages.directory.registers import DirectoryGroup
from .pages.editing.admin_urls import urlpatterns as editing_urls
from .pages.editing.admin_views import may_write
from .pages.editing.skeletons import templates_below
from .pages.links import register_links
from .people.registers import PeopleGroup, household_chooser, person_chooser
from .search.registers import SynonymsViewSet


@hooks.register("register_admin_viewset")
def registers():
    return [
        HomesGroup(),
        PeopleGroup(),
        DesksGroup(),
        DirectoryGroup(),
        SynonymsViewSet(),
        household_chooser,
        person_chooser,
    ]


# After Wagtail's own, which it replaces.
hooks.register("register_rich_text_features", register_links, order=10)


@hooks.register("register_admin_urls")
def editing():
    return [*editing_urls, *contributions_urls]


@hooks.register("insert_global_admin_css")
def colours():
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin.css"))


@hooks.register("register_admin_menu_item")
def to_the_portal():
    return MenuItem(_("Back to the portal"), reverse("portal:casa"), icon_name="home", order=10)


class _ForWriters(MenuItem):
    def is_shown(self, request):
        return may_write(request.user)


@hooks.register("register_page_header_buttons")
def start_from_template(page, user, view_name, next_url=None):
    if page.permissions_for_user(user).can_add_subpage() and templates_below(page):
        yield Button(
            _("Start from a template"),
            f"{reverse('portal_page_templates')}?parent={page.pk}",
            icon_name="clipboard-list",
            priority=16,
        )


@hooks.register("register_reports_menu_item")
def pages_report():
    return _ForWriters(
        _("How the pages stand"), reverse("portal_pages_report"), name="portal-pages", icon_name="clipboard-list",
        order=10,
    )  # fmt: skip


@hooks.register("register_reports_menu_item")
def pages_languages():
    return _ForWriters(
        _("Pages and languages"), reverse("portal_pages_languages"), name="portal-languages", icon_name="site",
        order=20,
    )  # fmt: skip


@hooks.register("register_reports_menu_item")
def proposals():
    return _ForWriters(
        _("Proposals of organizations"),
        reverse("portal_contributions"),
        name="portal-proposals",
        icon_name="mail",
        order=30,
    )
