"""What takes place: meetings, feasts, courses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import PageManager, PageQuerySet

from portal.pages.portal_page import PortalPage, SituatedMixin, TextPage, text_panels
from portal.pages.traits import HappensMixin, HappensQuerySet, ListsChildrenMixin


class EventQuerySet(HappensQuerySet, PageQuerySet):
    pass


class EventIndexPage(ListsChildrenMixin, PortalPage):
    icon = "calendar-days"
    template = "portal/pages/events_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.EventPage"]
    page_description = _("Lists what is to come, by its day. What is over leaves by itself.")

    class Meta:
        verbose_name = _("list of events")
        verbose_name_plural = _("lists of events")

    def listed(self) -> PageQuerySet:
        return EventPage.objects.to_come()


class EventPage(HappensMixin, SituatedMixin, TextPage):
    asks_if_useful = False
    objects = PageManager.from_queryset(EventQuerySet)()

    situation_order = 50
    situation_by = ("starts_at",)

    content_panels = text_panels(
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldPanel("place"),
        FieldPanel("address"),
        FieldPanel("online"),
        FieldPanel("organizer"),
        FieldPanel("cost"),
    )
    template = "portal/pages/event_page.html"
    parent_page_types = ["portal.EventIndexPage"]
    subpage_types: list[str] = []
    page_description = _("Something that takes place at a time, somewhere or online.")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = HappensMixin.Meta.constraints

    def texts(self) -> list[str]:
        return [*super().texts(), self.place, self.address, self.organizer]
