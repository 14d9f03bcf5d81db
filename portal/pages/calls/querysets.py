from wagtail.models import PageQuerySet

from portal.pages.thresholds import HasThresholdsQuerySet
from portal.pages.traits import OpensAndClosesQuerySet


class CallQuerySet(OpensAndClosesQuerySet, HasThresholdsQuerySet, PageQuerySet):
    """Calls and grants: open ones that somebody's ISEE does not shut out are `open_now().admitting_isee(cents)`."""
