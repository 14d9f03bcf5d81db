"""What somebody who works on the pages said beside them: notes in the margin, replies, remarks when they passed one on.

What a page itself says is the agency's, whoever wrote it, and stays. What stands in the margin is its writer's: it goes
with them, from the notes, and from where Wagtail keeps copies of them, the pages' revisions and its log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from wagtail.models import Comment, CommentReply, ModelLogEntry, PageLogEntry, Revision, TaskState

GONE = "—"


def export_remarks(person: Any) -> Iterator[dict[str, Any]]:
    for note in Comment.objects.filter(user=person).select_related("page").order_by("pk"):
        yield {"page": note.page.title, "text": note.text, "written_on": note.created_at.isoformat()}
    for reply in CommentReply.objects.filter(user=person).select_related("comment__page").order_by("pk"):
        page = reply.comment.page.title
        yield {"page": page, "text": reply.text, "written_on": reply.created_at.isoformat()}
    for state in _passed_on(person).select_related("revision").order_by("pk"):
        page = state.revision.object_str if state.revision else ""
        yield {"page": page, "text": state.comment, "written_on": state.finished_at.isoformat()}


def _passed_on(person: Any) -> models.QuerySet:
    return TaskState.objects.filter(finished_by=person).exclude(comment="")


@transaction.atomic
def erase_remarks(person: Any) -> int:
    """That something was said, where and when stays; what was said goes."""
    notes = Comment.objects.filter(user=person)
    replies = CommentReply.objects.filter(user=person)
    _forget_in_log(person, set(notes.values_list("pk", flat=True)), set(replies.values_list("pk", flat=True)))
    _forget_in_revisions(person)
    gone = notes.exclude(text=GONE).update(text=GONE) + replies.exclude(text=GONE).update(text=GONE)
    return gone + _passed_on(person).update(comment="")


def _forget_in_log(person: Any, notes: set[int], replies: set[int]) -> None:
    """Every entry about a note holds what it said, whoever made the entry. Whose a note was that has been deleted, only
    the log knows."""
    about = PageLogEntry.objects.filter(action__startswith="wagtail.comments.")
    mine = list(about.filter(user=person))
    notes |= {e.data["comment"]["id"] for e in mine if e.action == "wagtail.comments.create"}
    replies |= {e.data["reply"]["id"] for e in mine if e.action == "wagtail.comments.create_reply"}
    pages = {entry.page_id for entry in mine}
    pages |= set(
        Comment.objects.filter(Q(pk__in=notes) | Q(replies__in=replies)).values_list("page", flat=True)
    )
    for entry in about.filter(page__in=pages):
        for said, ids in (("comment", notes), ("reply", replies)):
            if (what := entry.data.get(said)) and what["id"] in ids:
                what["text"] = GONE
        _keep(entry, "data")
    for entries in (PageLogEntry.objects, ModelLogEntry.objects):
        for entry in entries.filter(user=person, action__startswith="wagtail.workflow."):
            if entry.data.get("comment"):
                entry.data["comment"] = ""
                _keep(entry, "data")


def _forget_in_revisions(person: Any) -> None:
    for revision in Revision.page_revisions.exclude(content__wagtail_admin_comments=[]).iterator():
        notes = revision.content.get("wagtail_admin_comments", [])
        theirs = [
            said for note in notes for said in (note, *note.get("replies", [])) if said["user"] == person.pk
        ]
        for said in theirs:
            said["text"] = GONE
        if theirs:
            _keep(revision, "content")


def _keep(row: models.Model, field: str) -> None:
    """Past the model's own `save()`, which would do more than that."""
    type(row)._base_manager.filter(pk=row.pk).update(**{field: getattr(row, field)})
