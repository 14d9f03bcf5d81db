from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

from portal.extensions.roles import permissions_of


class EmailBackend(ModelBackend):
    """E-mail address or phone, and password. Known or not, it costs one query and one hash, so that time tells nothing.

    Takes the place of Django's own: `username` is opaque and opens no door. What somebody may follows from the roles
    that they hold, each of them on record; a permission put upon a person or a group by hand opens nothing.
    """

    def authenticate(self, request, email=None, phone=None, password=None, **credentials):
        login = email or phone
        if not login or not password:
            return None
        people = get_user_model().objects
        person = people.signing_in_as(login)
        if person is None:
            people.model().set_password(password)
            return None
        return person if person.check_password(password) else None

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        if user_obj.is_anonymous or not user_obj.is_active or obj is not None:
            return set()
        return permissions_of(user_obj.role_keys)
