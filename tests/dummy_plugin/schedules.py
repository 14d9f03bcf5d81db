from .models import Loan


def remind() -> None:
    """Every key that is late, once. May run twice: `remind` says it once."""
    for loan in Loan.objects.overdue().filter(reminded_at=None):
        loan.remind()
