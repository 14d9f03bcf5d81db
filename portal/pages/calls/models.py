"""Calls and grants: what one can apply for between two days."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, PageQuerySet

from portal.pages.blocks import ChecklistBlock, PartBlock
from portal.pages.portal_page import PortalPage, SituatedMixin, TextPage, text_panels
from portal.pages.thresholds import HasThresholdsMixin, Threshold, ThresholdsPanel
from portal.pages.traits import ListsChildrenMixin, OpensAndClosesMixin, http_only
from portal.pages.words import plain

from .querysets import CallQuerySet


class CallIndexPage(ListsChildrenMixin, PortalPage):
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

    def listed(self) -> PageQuerySet:
        return CallPage.objects.not_closed()


class CallPage(HasThresholdsMixin, OpensAndClosesMixin, SituatedMixin, TextPage):
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

    situation_order = 30
    situation_by = ("closes_on",)

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

    def texts(self) -> list[str]:
        return [*super().texts(), self.amount]

    def about(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "@type": "GovernmentService",
            "name": self.title,
            "description": self.search_description,
            "url": request.build_absolute_uri(self.url or "/"),
            "inLanguage": self.locale.language_code,
            "hoursAvailable": {
                "@type": "OpeningHoursSpecification",
                "validFrom": self.opens_on.isoformat(),
                "validThrough": self.closes_on.isoformat(),
            },
            **({"termsOfService": self.link} if self.link else {}),
            **({"audience": {"@type": "Audience", "audienceType": plain(self.who)}} if self.who else {}),
        }


class CallThreshold(Threshold):
    page = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="thresholds")

    class Meta(Threshold.Meta):
        abstract = False
