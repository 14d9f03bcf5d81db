"""What the portal adds to the Wagtail admin."""

from wagtail import hooks

from .housing.registers import HomesGroup
from .people.registers import PeopleGroup, household_chooser, person_chooser


@hooks.register("register_admin_viewset")
def registers():
    return [HomesGroup(), PeopleGroup(), household_chooser, person_chooser]
