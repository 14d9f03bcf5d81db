"""Wagtail's images are nobody's, as long as no page of ours shows one.

Nothing hands them out, so whoever put one in would see a broken picture; and what Wagtail cuts from a photo still tells
where it was taken (THREATS.md). docs/operations.md says how a site has them for pages of its own.
"""

from wagtail.images.apps import WagtailImagesAppConfig


class ImagesAppConfig(WagtailImagesAppConfig):
    def ready(self):
        super().ready()

        from django.contrib.auth import get_user_model
        from wagtail.images import get_image_model
        from wagtail.models import Collection
        from wagtail.permission_policies.base import BasePermissionPolicy
        from wagtail.permissions import register_permission_policy

        class NobodyPolicy(BasePermissionPolicy):
            """Not for the first administrator either, who may do everything else: menus and addresses ask here."""

            def user_has_permission(self, user, action):
                return False

            def users_with_any_permission(self, actions):
                return get_user_model().objects.none()

            def collections_user_has_any_permission_for(self, user, actions):
                return Collection.objects.none()

            def collections_user_has_permission_for(self, user, action):
                return Collection.objects.none()

        register_permission_policy(get_image_model(), NobodyPolicy(get_image_model()))
