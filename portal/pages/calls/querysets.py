from wagtail.models import PageQuerySet

from portal.pages.mixins import OpensAndClosesQuerySet
from portal.pages.thresholds import HasThresholdsQuerySet


class CallQuerySet(OpensAndClosesQuerySet, HasThresholdsQuerySet, PageQuerySet):
    """Calls and grants: open ones that somebody's ISEE does not shut out are `open_now().admitting_isee(cents)`."""
