"""Copies that outlive what they were made of: for whoever has to judge a photo or a recording that may be deleted."""

import logging
from uuid import uuid4

from django.apps import apps
from django.contrib.contenttypes.models import ContentType

logger = logging.getLogger(__name__)


def keep_copies(attachments, target):
    """Copy each with its files and attach the copies to `target`, in the caller's transaction; returns them.

    Whoever may see `target` sees them (`Attachment.visible_to`), and nobody else; they go when they are deleted, or
    with `target` where it has a GenericRelation to them. The model of `target` says `keeps_copies = True`: whoever sent
    the first ones learns nothing of the copies, and what becomes of them at an erasure is that app's to say. What
    cannot be read or written is passed over. Where the transaction fails later, the caller calls `discard`.
    """
    if not getattr(target, "keeps_copies", False):
        raise TypeError(f"{target._meta.label} does not say that it keeps copies")
    kind, draft = ContentType.objects.get_for_model(target), uuid4()
    copies = []
    try:
        for position, attachment in enumerate(attachments):
            place = {"content_type": kind, "object_id": str(target.pk), "draft": draft, "position": position}
            if copy := _copied(attachment, **place):
                copies.append(copy)
    except BaseException:
        discard(copies)
        raise
    return copies


def discard(copies):
    """Delete the files of copies whose rows are rolled back: no transaction takes a file with it."""
    for copy in copies:
        for name in copy.files:
            getattr(copy, name).delete(save=False)


def kinds_with_copies():
    """The content types of what keeps copies."""
    keepers = [model for model in apps.get_models() if getattr(model, "keeps_copies", False)]
    return list(ContentType.objects.get_for_models(*keepers).values())


def _copied(attachment, **fields):
    try:
        contents = {name: attachment.content(name) for name in attachment.files}
        same = ("owner_id", "sha256", "created_at", "key", *attachment.own)
        return type(attachment)._store(
            contents, **{name: getattr(attachment, name) for name in same}, **fields
        )
    except OSError:
        logger.exception("No copy of %s %s", attachment._meta.label, attachment.pk)
        return None
