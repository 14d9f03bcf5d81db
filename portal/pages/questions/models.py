"""Questions that many ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.pages.blocks import QuestionsBlock
from portal.pages.portal_page import SituatedMixin, TextPage, text_panels
from portal.pages.words import plain


class FaqPage(SituatedMixin, TextPage):
    questions = StreamField(QuestionsBlock(), blank=True, verbose_name=_("questions"))

    icon = "circle-question-mark"
    situation_order = 60
    content_panels = text_panels(after=(FieldPanel("questions"),))
    template = "portal/pages/faq_page.html"
    parent_page_types = ["portal.HomePage", "portal.SectionPage"]
    subpage_types: list[str] = []
    page_description = _("Short answers to what many ask.")

    class Meta:
        verbose_name = _("frequent questions")
        verbose_name_plural = _("frequent questions")

    def about(self, request: HttpRequest) -> dict[str, Any]:
        asked = [block.value for block in self.questions if block.block_type == "question"]
        return {
            "@type": "FAQPage",
            "name": self.title,
            "inLanguage": self.locale.language_code,
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": each["question"],
                    "acceptedAnswer": {"@type": "Answer", "text": plain(each["answer"])},
                }
                for each in asked
            ],
        }
