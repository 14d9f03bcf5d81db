from collections.abc import Iterator

from .models import Tenancy


def export_tenancies(user) -> Iterator[dict]:
    """The tenancies of the households that the person belongs or belonged to; days in ISO 8601."""
    tenancies = (
        Tenancy.objects.filter(household__members__person=user)
        .select_related("dwelling__building")
        .distinct()
    )
    for tenancy in tenancies.order_by("starts_on"):
        yield {
            "home": str(tenancy.dwelling),
            "agreement": tenancy.kind,
            "starts_on": tenancy.starts_on.isoformat(),
            "ends_on": tenancy.ends_on.isoformat(),
            "left_on": tenancy.left_on.isoformat() if tenancy.left_on else None,
        }


def keep_tenancies(user) -> int:
    """Nothing is erased: the contract is the agency's and the other members' too, and names nobody itself."""
    return 0
