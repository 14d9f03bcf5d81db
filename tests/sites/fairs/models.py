from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager, PageQuerySet

from portal.pages.thresholds import HasThresholdsMixin, HasThresholdsQuerySet, Threshold, ThresholdsPanel
from portal.pages.traits import (
    HappensMixin,
    HappensQuerySet,
    ListsChildrenMixin,
    MultilingualMixin,
    OnMatrixMixin,
    OpensAndClosesMixin,
    OpensAndClosesQuerySet,
    StructuredDataMixin,
)


class FairsPage(ListsChildrenMixin, StructuredDataMixin, MultilingualMixin, Page):
    def listed(self):
        return FairPage.objects.to_come()


class FairQuerySet(HappensQuerySet, OpensAndClosesQuerySet, HasThresholdsQuerySet, PageQuerySet):
    """A stand at a fair can be asked for between two days; the fair takes place later."""

    def listable(self):
        return HappensQuerySet.listable(self)

    def in_order(self):
        return HappensQuerySet.in_order(self)


class FairPage(
    HasThresholdsMixin,
    HappensMixin,
    OpensAndClosesMixin,
    OnMatrixMixin,
    StructuredDataMixin,
    MultilingualMixin,
    Page,
):
    objects = PageManager.from_queryset(FairQuerySet)()
    content_panels = [*Page.content_panels, FieldPanel("starts_at"), FieldPanel("ends_at"), ThresholdsPanel()]

    class Meta:
        constraints = [
            *HappensMixin.Meta.constraints,
            *OpensAndClosesMixin.Meta.constraints,
            *OnMatrixMixin.Meta.constraints,
        ]


class FairThreshold(Threshold):
    page = ParentalKey(FairPage, on_delete=models.CASCADE, related_name="thresholds")

    class Meta(Threshold.Meta):
        abstract = False
