"""Questions that many ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.pages.base import SituatedMixin, TextPage, text_panels
from portal.pages.blocks import QuestionsBlock


class FaqPage(SituatedMixin, TextPage):
    asks_if_useful = True
    questions = StreamField(QuestionsBlock(), blank=True, verbose_name=_("questions"))

    icon = "circle-help"
    content_panels = text_panels(after=(FieldPanel("questions"),))
    template = "portal/pages/faq_page.html"
    parent_page_types = ["portal.HomePage", "portal.SectionPage"]
    subpage_types: list[str] = []
    page_description = _("Short answers to what many ask.")

    class Meta:
        verbose_name = _("frequent questions")
        verbose_name_plural = _("frequent questions")
