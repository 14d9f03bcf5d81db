"""Files as a bank makes them, for the tests of its room."""

from datetime import timedelta

from django.utils import timezone

from risparmio.book.accounts import book_of_money

OURS, THEIRS = "IT60X0542811101000000123456", "DE89370400440532013000"
TODAY = timezone.localdate()
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=2)


def swift(*lines, opening=0, closing=None, day=YESTERDAY, number=1):
    """An MT940 file: (day, cents, text) each."""

    def amount(cents):
        return f"{abs(cents) // 100},{abs(cents) % 100:02d}"

    def side(cents):
        return "C" if cents >= 0 else "D"

    closing = opening + sum(cents for _day, cents, *_rest in lines) if closing is None else closing
    rows = [":20:ABITARE", f":25:{OURS}", f":28C:{number}/1"]
    rows.append(f":60F:{side(opening)}{BEFORE:%y%m%d}EUR{amount(opening)}")
    for place, (when, cents, text) in enumerate(lines):
        rows.append(f":61:{when:%y%m%d}{when:%m%d}{side(cents)}{amount(cents)}NTRF{number}X{place}")
        rows.append(f":86:{text}")
    rows.append(f":62F:{side(closing)}{day:%y%m%d}EUR{amount(closing)}")
    return ("\r\n".join(rows) + "\r\n-").encode()


def balances():
    return {code: amount for code, amount in book_of_money().replay().items() if amount}
