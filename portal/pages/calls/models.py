"""Calls and grants: what one can apply for between two days."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager

from portal.pages.base import PortalPage, SituatedMixin, TextPage, text_panels
from portal.pages.blocks import ChecklistBlock, PartBlock
from portal.pages.mixins import OpensAndClosesMixin, http_only
from portal.pages.thresholds import Threshold, ThresholdsPanel

from .querysets import CallQuerySet


class CallIndexPage(PortalPage):
    icon = "megaphone"
    template = "portal/pages/calls_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.CallPage"]
    page_description = _(
        "Lists the calls and grants that are open or will open. Closed ones leave by themselves."
    )

    class Meta:
        verbose_name = _("list of calls")
        verbose_name_plural = _("lists of calls")


class CallPage(OpensAndClosesMixin, SituatedMixin, TextPage):
    asks_if_useful = True
    PARTS = {
        "who": _("Whom it is for"),
        "documents": _("Documents"),
        "how": _("How to apply"),
    }

    amount = models.CharField(_("how much one gets"), max_length=120, blank=True)
    link = models.URLField(
        _("link to the call"),
        blank=True,
        validators=[http_only()],
        help_text=_("Where the call itself or its form stands, at whoever issues it."),
    )
    who = StreamField(PartBlock(), blank=True, verbose_name=PARTS["who"])
    documents = StreamField(ChecklistBlock(), blank=True, verbose_name=PARTS["documents"])
    how = StreamField(PartBlock(), blank=True, verbose_name=PARTS["how"])

    objects = PageManager.from_queryset(CallQuerySet)()

    content_panels = text_panels(
        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on"), FieldPanel("closes_at")]),
        FieldPanel("amount"),
        FieldPanel("link"),
        after=(*(FieldPanel(name) for name in PARTS), ThresholdsPanel()),
    )
    template = "portal/pages/call_page.html"
    parent_page_types = ["portal.CallIndexPage"]
    subpage_types: list[str] = []
    page_description = _("Money or a home that one can apply for between two days, and for whom.")

    class Meta:
        verbose_name = _("call or grant")
        verbose_name_plural = _("calls and grants")
        constraints = OpensAndClosesMixin.Meta.constraints


class CallThreshold(Threshold):
    page = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="thresholds")

    class Meta(Threshold.Meta):
        abstract = False
