"""Nobody puts new words out alone: one writes, somebody else reads and lets the page out, or says what to change.

Wagtail's workflow carries it. What we say besides stands here: who reviews, that nobody reviews their own, and who may
publish without (docs/adr/0030).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import (
    AbstractGroupApprovalTask,
    Page,
    PagePermissionTester,
    TaskState,
    WorkflowState,
)
from wagtail.signals import workflow_cancelled

from portal.events import record

from .querysets import source_language
from .reading import hints_left

UNREVIEWED = "portal.publish_unreviewed"
COMMENT_LENGTH = 1000  # characters


class WhatToChange(TaskStateCommentForm):
    """Somebody who is asked to change a page has to know what."""

    comment = forms.CharField(
        label=_("What is to change? The author reads this beside the page."),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )


class HintsLeft(PermissionDenied):
    """What a template says to whoever writes is still there. The form says where; whoever goes past it is refused."""


class ReviewTask(AbstractGroupApprovalTask):
    """A page is read by somebody of the groups who has not asked for it themselves."""

    class Meta:
        verbose_name = _("review by somebody else")
        verbose_name_plural = _("reviews by somebody else")

    @classmethod
    def get_description(cls) -> str:
        return _(
            "Somebody of the chosen groups reads the page and publishes it; nobody does it for their own."
        )

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """The page is to be read: for the first time, or once more after changes."""
        asked = super().start(workflow_state, user=user)
        record("portal.review.asked", workflow_state.content_object, by=user, state=asked.pk)
        return asked

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Raises PermissionDenied for whoever may not review this page, whatever way they came."""
        # Of two who decide at once the second is told that it is done.
        task_state = TaskState.objects.select_for_update().get(pk=task_state.pk).specific
        page = task_state.workflow_state.content_object
        if action_name not in {name for name, _words, _more in self._actions(page, task_state, user)}:
            raise PermissionDenied
        comment = kwargs.pop("comment", "").strip()
        if action_name == "reject" and not comment:
            raise PermissionDenied
        if action_name == "approve" and hints_left(page.get_latest_revision_as_object()):
            raise HintsLeft
        super().on_action(task_state, user, action_name, comment=comment[:COMMENT_LENGTH], **kwargs)
        fact = "approved" if action_name == "approve" else "changes_asked"
        record(f"portal.review.{fact}", page, by=user, state=task_state.pk)

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, str, bool]]:
        return self._actions(obj, obj.current_workflow_task_state, user)

    def _actions(self, page: Page, state: TaskState | None, user: Any) -> list[tuple[str, str, bool]]:
        if state is None or is_own(state, user):
            return []
        offered = super().get_actions(page, user)
        if not comes_from_a_writer(state):
            # An organization's draft: it cannot be sent back to somebody who has no key to it.
            offered = [action for action in offered if action[0] != "reject"]
        return offered

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return WhatToChange if action == "reject" else super().get_form_for_action(action)

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        """What somebody else is reading does not change under their eyes: who asked takes it back first."""
        state = obj.current_workflow_task_state
        return (state is not None and is_own(state, user)) or super().locked_for_user(obj, user)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet:
        """Those that wait for this person: all but their own."""
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        mine = models.Q(workflow_state__requested_by=user) | models.Q(revision__user=user)
        return waiting.exclude(pk__in=TaskState.objects.filter(mine).values("pk"))


def note_withdrawn(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """A review has ended without a decision, and whoever asked has to know: nobody reads the page any more, or an
    administrator has published it meanwhile."""
    page = instance.content_object
    if page is None or not instance.current_task_state_id:
        return
    page.refresh_from_db(fields=["live", "has_unpublished_changes"])
    fact = "approved" if page.live and not page.has_unpublished_changes else "withdrawn"
    record(f"portal.review.{fact}", page, by=user, state=instance.current_task_state_id)


workflow_cancelled.connect(note_withdrawn, sender=WorkflowState, dispatch_uid="portal.pages.review")


def hand_in(page: Page, *, by: Any = None) -> bool:
    """Somebody else is to read the draft of that page: for who has no editor's form. False where no workflow watches.

    `by` None is an outsider without an account.
    """
    workflow = page.get_workflow()
    if workflow is None or page.current_workflow_state is not None:
        return False
    workflow.start(page, by)
    return True


def reviewers() -> models.QuerySet:
    """Who may read what others have written."""
    groups = ReviewTask.objects.active().values("groups")
    return get_user_model().objects.filter(is_active=True, groups__in=groups).distinct()


def waiting_for(user: Any) -> models.QuerySet:
    """What somebody else has asked to be read, the oldest first."""
    return _with_words(TaskState.objects.reviewable_by(user)).order_by("started_at", "pk")


def handed_in_by(user: Any) -> models.QuerySet:
    """What this person has written and is not out yet: with somebody else, or back with them and to be changed."""
    states = TaskState.objects.filter(
        pk__in=WorkflowState.objects.active().filter(requested_by=user).values("current_task_state")
    )
    return _with_words(states).order_by("started_at", "pk")


def _with_words(states: models.QuerySet) -> models.QuerySet:
    return states.select_related("workflow_state__requested_by", "revision", "finished_by")


def is_own(state: TaskState, user: Any) -> bool:
    """Whether they asked for this review: at first, or again after changes (the revision that is read is theirs)."""
    return user.pk in {state.workflow_state.requested_by_id, state.revision.user_id}


def comes_from_a_writer(state: TaskState) -> bool:
    """Whether who asked can change the page themselves; an organization that proposed it cannot."""
    asked = state.workflow_state.requested_by
    return asked is not None and state.workflow_state.content_object.permissions_for_user(asked).can_edit()


class ReviewedPagePermissions(PagePermissionTester):
    """Who may publish a page of ours at once.

    As in Wagtail, but where a workflow watches over the page its editors hand their words in. At once go out: what an
    administrator publishes, unless it is just being reviewed, and what is put into another language from a page that is
    out. Taking a page off, ordering, moving it, and saying that it still holds bring no new words and are Wagtail's.
    """

    def can_confirm(self) -> bool:
        """Whether they may say of the live page that it still holds."""
        return super().can_publish()

    def can_publish(self) -> bool:
        return super().can_publish() and self._needs_nobody_else

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and (self._is_trusted or not self.page.has_workflow)

    def can_set_view_restrictions(self) -> bool:
        return super().can_publish()

    def can_unschedule(self) -> bool:
        return super().can_publish()

    @cached_property
    def _is_trusted(self) -> bool:
        return self.user.is_superuser or self.user.has_perm(UNREVIEWED)

    @cached_property
    def _needs_nobody_else(self) -> bool:
        if self.page.workflow_in_progress:
            return False  # whoever may publish it reviews it: then its author is told
        return self._is_trusted or _is_translation(self.page) or not self.page.has_workflow


def _is_translation(page: Page) -> bool:
    """Of a page that is out in the language that is written first."""
    if page.locale.language_code == source_language():
        return False
    sources = Page.objects.live().filter(translation_key=page.translation_key)
    return sources.filter(locale__language_code=source_language()).exists()


def may_confirm(page: Page, user: Any) -> bool:
    permissions = page.permissions_for_user(user)
    return getattr(permissions, "can_confirm", permissions.can_publish)()
