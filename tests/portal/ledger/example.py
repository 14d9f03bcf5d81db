"""Somebody who gives an hour has one more, and somebody who receives it one less: as `docs/extending.md` shows it."""

from portal.ledger import LedgerAccount, LedgerBook, LedgerEntry


def hours() -> LedgerBook:
    return LedgerBook.named("community.hours", unit="minutes")


def open_account(code: str) -> LedgerAccount:
    """For a person: your own row holds a foreign key to it, and the code is drawn, never a name."""
    return hours().account(code, lowest=-600, highest=1200)


def one_hour(giver: LedgerAccount, receiver: LedgerAccount, *, key, about) -> LedgerEntry:
    return hours().post(
        key=key, kind="community.exchange", postings=[(giver, 60), (receiver, -60)], about=about
    )
