"""What editors may do in the page tree: everywhere below the root, with documents."""

from __future__ import annotations

from django.apps import apps as all_apps

from portal.people.roles import is_last

EDITORS = "portal.editor"
_PAGES = ("add_page", "change_page", "publish_page")
_FILES = ("add_document", "change_document", "choose_document")


def let_editors_write(app_config, *, apps=all_apps, using="default", **kwargs) -> None:
    """After `migrate`, once the editors' group is there. What an installation has granted besides stays granted.

    Wagtail keeps the rights to pages and files apart from the permissions that a Role names: by tree and collection.
    """
    if not is_last(app_config):
        return
    try:
        Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
        trees = (
            (apps.get_model("wagtailcore", "GroupPagePermission"), "page", "Page", _PAGES),
            (apps.get_model("wagtailcore", "GroupCollectionPermission"), "collection", "Collection", _FILES),
        )
    except LookupError:
        return  # migrating only part of the way
    group = Group.objects.using(using).get(name=EDITORS)
    for Right, where, model, codenames in trees:
        root = apps.get_model("wagtailcore", model).objects.using(using).get(depth=1)
        for permission in Permission.objects.using(using).filter(codename__in=codenames):
            Right.objects.using(using).get_or_create(group=group, permission=permission, **{where: root})
