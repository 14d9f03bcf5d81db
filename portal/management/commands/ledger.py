from __future__ import annotations

from django.core.management import BaseCommand, CommandError

from portal.ledger import Head, LedgerBook, head, verify
from portal.ledger.exporting import journal


class Command(BaseCommand):
    help = (
        "Look at every row of every book again and print where each chain ends; fails where anything is not as it "
        "was posted. Keep what it prints elsewhere, and pass it with --known next time."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--known",
            action="append",
            default=[],
            metavar="BOOK:NUMBER:HASH",
            help="a line that an earlier run or the log printed; may be repeated",
        )

        parser.add_argument(
            "--export",
            nargs=2,
            metavar=("BOOK", "FILE"),
            help="write that book's journal into a file that portal/ledger/checking.py checks anywhere",
        )

    def handle(self, *args, known: list[str], export: list[str] | None, **options):
        books = {book.code: book for book in LedgerBook.objects.all()}
        if export:
            return self.export(books, *export)
        kept = [_parsed(line, books) for line in known]
        wrong = 0
        for code, book in books.items():
            for discrepancy in verify(book, [mark for name, mark in kept if name == code]):
                wrong += 1
                self.stderr.write(str(discrepancy))
            mark = head(book)
            self.stdout.write(f"{code}:{mark.number}:{mark.hash}")
        if wrong:
            raise CommandError(
                f"{wrong} discrepancies. Stop posting, and restore what is missing from a backup."
            )

    def export(self, books: dict[str, LedgerBook], code: str, name: str) -> None:
        if code not in books:
            raise CommandError(f"{code!r} is no book that is here.")
        try:
            with open(name, "x", encoding="ascii") as file:
                for line in journal(books[code]):
                    file.write(f"{line}\n")
        except OSError as error:
            raise CommandError(f"{name} is not written: {error.strerror}") from error


def _parsed(line: str, books: dict[str, LedgerBook]) -> tuple[str, Head]:
    book, _colon, rest = line.strip().rpartition(":")
    book, _colon, number = book.rpartition(":")
    if book not in books or not number.isdecimal():
        raise CommandError(f"{line!r} is not BOOK:NUMBER:HASH of a book that is here.")
    return book, Head(int(number), rest)
