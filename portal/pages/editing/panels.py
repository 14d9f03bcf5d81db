"""What an editor sees of a page's state while editing it."""

from __future__ import annotations

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList, Panel, TabbedInterface
from wagtail.models import TaskState
from wagtail.utils.decorators import cached_classmethod

from .gulpease import LANGUAGE, measure
from .reading import pieces_of
from .review import comes_from_a_writer, is_own

SAID = 5


class ReadabilityPanel(Panel):
    """How easily the page is read, counted again while one types. On pages in Italian, for which it was made."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "portal/pages/editing/readability_panel.html"

        def is_shown(self) -> bool:
            locale = getattr(self.instance, "locale", None)
            return super().is_shown() and locale is not None and locale.language_code == LANGUAGE

        @cached_property
        def readability(self):
            return measure(pieces_of(self.instance))

        @property
        def media(self) -> Media:
            return Media(js=["portal/readability.js"])


class ReviewPanel(Panel):
    """What somebody who opens a page has to know first: that it waits to be read, or what is to be changed in it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "portal/pages/editing/review_panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.review is not None

        @cached_property
        def review(self):
            """The open review of this page: what it waits for, or what is to be changed in it."""
            current = self.instance.current_workflow_state if self.instance.pk else None
            return current.current_task_state if current else None

        @property
        def review_is_own(self) -> bool:
            return is_own(self.review, self.request.user)

        @property
        def review_is_a_proposal(self) -> bool:
            return not comes_from_a_writer(self.review)

        @property
        def review_is_back(self) -> bool:
            return self.review.status == TaskState.STATUS_REJECTED


class StatePanel(Panel):
    """When it is to be checked again, and what its readers say, beside the page that they say it of."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "portal/pages/editing/state_panel.html"

        @property
        def page(self):
            return self.instance

        @cached_property
        def state(self):
            return getattr(self.instance, "portal_state", None) if self.instance.pk else None

        @cached_property
        def _counts(self) -> dict[bool, int]:
            useful = list(self.instance.portal_feedback.values_list("useful", flat=True))
            return {True: useful.count(True), False: useful.count(False)}

        @property
        def yes(self) -> int:
            return self._counts[True]

        @property
        def no(self) -> int:
            return self._counts[False]

        @cached_property
        def said(self):
            return list(self.instance.portal_feedback.unread().filter(useful=False)[:SAID])


REVIEW_PANEL = ReviewPanel(heading=_("Review"))
EDITING_PANELS = [
    ReadabilityPanel(heading=_("Readability")),
    StatePanel(heading=_("How this page stands")),
]


class EditingMixin:
    """A page whose edit form begins with its review, if one is open, and ends with how it reads and stands.

    For page models of the portal, before `Page`.
    """

    asks_if_useful = False

    @cached_classmethod
    def get_edit_handler(cls):
        tabs = [
            ObjectList([REVIEW_PANEL, *cls.content_panels, *EDITING_PANELS], heading=_("Content")),
            ObjectList(cls.promote_panels, heading=_("Promote")),
            ObjectList(cls.settings_panels, heading=_("Settings")),
        ]
        kept = [tab for tab in tabs if tab.children]
        return TabbedInterface(kept, base_form_class=cls.base_form_class).bind_to_model(cls)
