"""What stands in the books of somebody, for tests of what books."""

from community.mutual_aid.time_bank.models import HoursAccount


def balance_of(holder) -> int:
    """In minutes."""
    account = HoursAccount.objects.of(holder).first()
    return account.balance if account else 0
