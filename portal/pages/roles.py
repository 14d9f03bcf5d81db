"""What editors may do in the page tree: everywhere below the root, with documents; and who reads what they write."""

from __future__ import annotations

from django.apps import apps as all_apps
from django.conf import settings
from django.utils.translation import gettext, override

from portal.people.models import ADMINISTRATOR
from portal.people.roles import is_last

EDITORS = "portal.editor"
_PAGES = ("add_page", "change_page", "publish_page")
WAGTAILS = "Moderators approval"
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
    groups = Group.objects.using(using).filter(name__in=(EDITORS, ADMINISTRATOR))
    for Right, where, model, codenames in trees:
        root = apps.get_model("wagtailcore", model).objects.using(using).get(depth=1)
        for permission in Permission.objects.using(using).filter(codename__in=codenames):
            for group in groups:
                Right.objects.using(using).get_or_create(group=group, permission=permission, **{where: root})


def let_pages_be_reviewed(app_config, *, apps=all_apps, using="default", **kwargs) -> None:
    """After `migrate`, once: the workflow by which pages are published, over all languages' trees.

    An installation that has changed it, or taken it off, keeps what it has: the task is there, and nothing is made.
    """
    if not is_last(app_config):
        return
    try:
        Review, Group = apps.get_model("portal", "ReviewTask"), apps.get_model("auth", "Group")
    except LookupError:
        return  # migrating only part of the way
    if Review.objects.using(using).exists():
        return

    def rows(app: str, model: str):
        return apps.get_model(app, model).objects.using(using)

    with override(settings.LANGUAGE_CODE):
        name = gettext("Review")
    kind, _new = rows("contenttypes", "ContentType").get_or_create(app_label="portal", model="reviewtask")
    task = Review.objects.using(using).create(name=name, content_type=kind)
    task.groups.set(Group.objects.using(using).filter(name__in=(EDITORS, ADMINISTRATOR)))
    workflow = rows("wagtailcore", "Workflow").create(name=name)
    step = {"task": rows("wagtailcore", "Task").get(pk=task.pk), "sort_order": 0}
    rows("wagtailcore", "WorkflowTask").create(workflow=workflow, **step)
    root = rows("wagtailcore", "Page").get(depth=1)
    # Wagtail begins with a workflow of its own, by a group in which nobody is.
    rows("wagtailcore", "WorkflowPage").filter(page=root, workflow__name=WAGTAILS).delete()
    rows("wagtailcore", "Workflow").filter(name=WAGTAILS).update(active=False)
    rows("wagtailcore", "Task").filter(name=WAGTAILS).update(active=False)
    rows("wagtailcore", "WorkflowPage").get_or_create(page=root, defaults={"workflow": workflow})
