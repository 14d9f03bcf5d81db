"""Housing answers: what the agency offers to whom, each with its place on the matrix of resources and potential."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, PageQuerySet

from portal.pages.blocks import PartBlock
from portal.pages.portal_page import PortalPage, SituatedMixin, TextPage, text_panels
from portal.pages.thresholds import HasThresholdsMixin, HasThresholdsQuerySet, Threshold, ThresholdsPanel
from portal.pages.traits import ListsChildrenMixin, OnMatrixMixin


class AnswerQuerySet(HasThresholdsQuerySet, PageQuerySet):
    def fitting(self, resources: int, potential: int) -> AnswerQuerySet:
        """Those whose place on the matrix holds that field: 1 low, 2 middle, 3 high on each side."""
        return self.filter(
            resources_from__lte=resources,
            resources_to__gte=resources,
            potential_from__lte=potential,
            potential_to__gte=potential,
        )


class AnswerIndexPage(ListsChildrenMixin, PortalPage):
    icon = "key-round"
    template = "portal/pages/answers_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.AnswerPage"]
    page_description = _("Lists the housing answers and shows them all on the matrix.")

    class Meta:
        verbose_name = _("list of housing answers")
        verbose_name_plural = _("lists of housing answers")

    def listed(self) -> PageQuerySet:
        return AnswerPage.objects.all()


class AnswerPage(HasThresholdsMixin, OnMatrixMixin, SituatedMixin, TextPage):
    PARTS = {
        "who": _("Whom it is for"),
        "how": _("How to ask for it"),
        "result": _("What you get"),
    }

    months = models.PositiveSmallIntegerField(
        _("months"), default=0, help_text=_("How long it lasts; 0 where no length is fixed.")
    )
    who = StreamField(PartBlock(), blank=True, verbose_name=PARTS["who"])
    how = StreamField(PartBlock(), blank=True, verbose_name=PARTS["how"])
    result = StreamField(PartBlock(), blank=True, verbose_name=PARTS["result"])

    objects = PageManager.from_queryset(AnswerQuerySet)()

    situation_order = 40

    content_panels = text_panels(
        FieldRowPanel([FieldPanel("resources_from"), FieldPanel("resources_to")]),
        FieldRowPanel([FieldPanel("potential_from"), FieldPanel("potential_to")]),
        FieldPanel("months"),
        after=(*(FieldPanel(name) for name in PARTS), ThresholdsPanel()),
    )
    template = "portal/pages/answer_page.html"
    parent_page_types = ["portal.AnswerIndexPage"]
    subpage_types: list[str] = []
    page_description = _("A way of living that the agency offers, and whom it fits.")

    class Meta:
        verbose_name = _("housing answer")
        verbose_name_plural = _("housing answers")
        constraints = OnMatrixMixin.Meta.constraints


class AnswerThreshold(Threshold):
    page = ParentalKey(AnswerPage, on_delete=models.CASCADE, related_name="thresholds")

    class Meta(Threshold.Meta):
        abstract = False
