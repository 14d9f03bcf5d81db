"""What editors are told about pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import TaskState

from portal.extensions import EventKind, NotificationKind
from portal.pages.roles import EDITORS
from portal.people.models import ADMINISTRATOR

from .review import comes_from_a_writer, reviewers

KINDS = (
    EventKind(
        key="portal.page.checked", sentence=gettext_lazy("%(actor)s checked that it is right"), icon="check"
    ),
    EventKind(
        key="portal.review.asked", sentence=gettext_lazy("%(actor)s asked somebody to read it"), icon="send"
    ),
    EventKind(
        key="portal.review.approved",
        sentence=gettext_lazy("%(actor)s read it and published it"),
        icon="check",
    ),
    EventKind(
        key="portal.review.changes_asked", sentence=gettext_lazy("%(actor)s asked for changes"), icon="pencil"
    ),
    EventKind(key="portal.review.withdrawn", sentence=gettext_lazy("%(actor)s ended the review"), icon="x"),
    EventKind(
        key="portal.page.review_due", sentence=gettext_lazy("The day came to check it again"), icon="clock"
    ),
)


def editors(event) -> Iterable:
    return get_user_model().objects.with_role(EDITORS)


def _state(event) -> TaskState | None:
    """The review that the fact is about: gone, where its page is."""
    return TaskState.objects.filter(pk=event.data["state"]).first()


def _others(event) -> Iterable:
    """Whoever may review it: the other editors; where there is none, the administrators. What an organization has
    proposed is told as such."""
    state = _state(event)
    if state is None or not comes_from_a_writer(state):
        return []
    others = reviewers().exclude(
        pk__in={state.workflow_state.requested_by_id, state.revision.user_id} - {None}
    )
    return others.with_role(EDITORS) or others


def _authors(event) -> Iterable:
    """Who asked, and who asked again after changes; an organization hears of its proposal otherwise."""
    state = _state(event)
    if state is None or not comes_from_a_writer(state):
        return []
    return {person for person in (state.workflow_state.requested_by, state.revision.user) if person}


def _of_page(words):
    """`words` with the title of the page."""
    return lambda event: words() % {"page": event.target.draft_title if event.target else "—"}


def _edit(event) -> str:
    return reverse("wagtailadmin_pages:edit", args=[event.target_id])


def _reviews(user) -> bool:
    return user.has_role(EDITORS) or user.has_role(ADMINISTRATOR)


def _is_editor(user) -> bool:
    return user.has_role(EDITORS)


NOTIFICATIONS = (
    NotificationKind(
        key="portal.page.review_due",
        recipients=editors,
        title=lambda event: (
            _("Is this page still right? “%(page)s”") % {"page": event.target.title}
            if event.target
            else _("A page is to be checked")
        ),
        url=lambda event: reverse("portal_page_state", args=[event.target_id]),
        icon="clock",
        label=gettext_lazy("Pages to look after"),
        group="portal.pages",
        concerns=_is_editor,
    ),
    *(
        NotificationKind(
            key=f"portal.review.{fact}",
            recipients=whom,
            title=_of_page(words),
            url=_edit,
            icon=icon,
            label=gettext_lazy("Pages that two people publish"),
            group="portal.review",
            concerns=_reviews,
        )
        for fact, whom, words, icon in (
            ("asked", _others, lambda: _("A page waits for you to read it: “%(page)s”"), "eye"),
            ("approved", _authors, lambda: _("Your page is published: “%(page)s”"), "check"),
            (
                "changes_asked",
                _authors,
                lambda: _("Your page is to be changed: “%(page)s”. Read why."),
                "pencil",
            ),
            (
                "withdrawn",
                _authors,
                lambda: _("Nobody reads your page any more, and it is not published: “%(page)s”"),
                "x",
            ),
        )
    ),
)
