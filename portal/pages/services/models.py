"""What the agency does for people, on the card that every public administration in Italy uses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, PageQuerySet

from portal.pages.blocks import ChecklistBlock, PartBlock
from portal.pages.portal_page import PortalPage, SituatedMixin, TextPage, text_panels
from portal.pages.traits import ListsChildrenMixin
from portal.pages.words import plain


class ServiceQuerySet(PageQuerySet):
    def in_order(self) -> ServiceQuerySet:
        """By subject, as the subjects stand; within one as in the tree, whatever the language."""
        subjects = [
            When(category=category, then=place) for place, category in enumerate(ServicePage.Category.values)
        ]
        return self.order_by(Case(*subjects, default=len(subjects)), *self.query.order_by)


class ServiceIndexPage(ListsChildrenMixin, PortalPage):
    icon = "life-buoy"
    template = "portal/pages/services_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.ServicePage"]
    page_description = _("Lists the agency's services by subject.")

    class Meta:
        verbose_name = _("list of services")
        verbose_name_plural = _("lists of services")

    def listed(self) -> PageQuerySet:
        return ServicePage.objects.all()


class ServicePage(SituatedMixin, TextPage):
    """Eight parts, always in this order, so that who knows one service's page knows them all."""

    class Category(models.TextChoices):
        HOUSING = "housing", _("A home")
        MONEY = "money", _("Money")
        DOCUMENTS = "documents", _("Documents")
        SUPPORT = "support", _("Support")
        REPAIRS = "repairs", _("Repairs")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SEASONAL = "seasonal", _("in some months only")
        SUSPENDED = "suspended", _("suspended")

    PARTS = {
        "who": _("Whom it is for"),
        "how": _("How to do it"),
        "needs": _("What you need"),
        "result": _("What you get"),
        "times": _("Times and deadlines"),
        "access": _("Get to the service"),
        "conditions": _("Conditions"),
        "contacts": _("Contacts"),
    }

    category = models.CharField(_("subject"), max_length=20, choices=Category, default=Category.HOUSING)
    status = models.CharField(_("state"), max_length=20, choices=Status, default=Status.ACTIVE)
    who = StreamField(PartBlock(), blank=True, verbose_name=PARTS["who"])
    how = StreamField(PartBlock(), blank=True, verbose_name=PARTS["how"])
    needs = StreamField(ChecklistBlock(), blank=True, verbose_name=PARTS["needs"])
    result = StreamField(PartBlock(), blank=True, verbose_name=PARTS["result"])
    times = StreamField(PartBlock(), blank=True, verbose_name=PARTS["times"])
    access = StreamField(PartBlock(), blank=True, verbose_name=PARTS["access"])
    conditions = StreamField(PartBlock(), blank=True, verbose_name=PARTS["conditions"])
    contacts = StreamField(PartBlock(), blank=True, verbose_name=PARTS["contacts"])

    objects = PageManager.from_queryset(ServiceQuerySet)()

    situation_order = 20
    content_panels = text_panels(
        FieldPanel("category"), FieldPanel("status"), after=tuple(FieldPanel(name) for name in PARTS)
    )
    template = "portal/pages/service_page.html"
    parent_page_types = ["portal.ServiceIndexPage"]
    subpage_types: list[str] = []
    page_description = _("What the agency does for people: for whom, how, with what, by when.")

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                name="portal_servicepage_known_status",
                condition=models.Q(status__in=["active", "seasonal", "suspended"]),
            )
        ]

    def about(self, request: HttpRequest) -> dict[str, Any]:
        url = request.build_absolute_uri(self.url or "/")
        return {
            "@type": "GovernmentService",
            "name": self.title,
            "description": self.search_description,
            "url": url,
            "inLanguage": self.locale.language_code,
            "serviceType": str(self.get_category_display()),
            "provider": {"@type": "GovernmentOrganization", "name": settings.PORTAL_NAME},
            "availableChannel": {"@type": "ServiceChannel", "serviceUrl": url},
            **({"audience": {"@type": "Audience", "audienceType": plain(self.who)}} if self.who else {}),
        }
