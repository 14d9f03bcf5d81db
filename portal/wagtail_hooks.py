"""What the portal adds to the Wagtail admin."""

from wagtail import hooks

from .desk.registers import DeskViewSet
from .housing.registers import HomesGroup
from .pages.directory.registers import DirectoryGroup
from .pages.links import register_links
from .people.registers import PeopleGroup, household_chooser, person_chooser


@hooks.register("register_admin_viewset")
def registers():
    return [HomesGroup(), PeopleGroup(), DeskViewSet(), DirectoryGroup(), household_chooser, person_chooser]


# After Wagtail's own, which it replaces.
hooks.register("register_rich_text_features", register_links, order=10)
