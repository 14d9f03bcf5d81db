"""Every entry of the book is looked at again, however many there are: in the background, telling how far it is."""

from __future__ import annotations

from portal.ledger import head, verify
from portal.tasks import background
from risparmio.book.accounts import book_of_money

from .models import Verification, Work

MOST = 100  # discrepancies that are kept; how many there are is counted


@background(attempts=5)
def verify_book(pk: int) -> None:
    """Begun anew by whichever worker takes it up; one that has ended stays as it is."""
    verification = (
        Verification.objects.exclude(state=Work.DONE).select_related("asked_by").filter(pk=pk).first()
    )
    if verification is None:
        return
    book = book_of_money()
    end = head(book)
    verification.says(0)
    wrong, found = 0, []
    told = verify(
        book,
        verification.known,
        says=lambda seen: verification.says(seen * 100 // max(end.number, 1)),
    )
    for one in told:
        wrong += 1
        if len(found) < MOST:
            found.append([one.what, one.number, one.account])
    verification.finish(head=end, wrong=wrong, found=found)
