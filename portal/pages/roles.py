"""What editors may do in the page tree, once there is one."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

_PAGES = ("add_page", "change_page", "publish_page")
_FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def grant_editor_permissions(group: Group) -> None:
    """Writing and publishing everywhere below the root, with pictures and documents. May be called again."""
    root, files = Page.get_first_root_node(), Collection.get_first_root_node()
    if root is None or files is None:
        return
    for permission in Permission.objects.filter(codename__in=_PAGES, content_type__app_label="wagtailcore"):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for permission in Permission.objects.filter(codename__in=_FILES):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
