from wagtail.admin.viewsets.base import ViewSet
from wagtail.users.apps import WagtailUsersAppConfig


class ClosedViewSet(ViewSet):
    """No address, no menu item, no search."""


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's app of users, without its registers of users and groups.

    They would set passwords, make superusers and put people into groups past the record that every role leaves.
    People are kept in the register of `registers.py`, roles are given at `portal:roles`.
    """

    user_viewset = "portal.people.wagtail_users.ClosedViewSet"
    group_viewset = "portal.people.wagtail_users.ClosedViewSet"
