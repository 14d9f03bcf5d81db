from django.db import migrations

from portal.access.append_only import AppendOnly, Demand

# As they were then, for columns that were there then: 0033 puts those of today in their place.

# Who adds a posting waits for whoever writes in the same book, and looks only then.
_BOOK_OF_ACCOUNT = (
    "PERFORM 1 FROM portal_ledgerbook b JOIN portal_ledgeraccount a ON a.book_id = b.id "
    "WHERE a.id = NEW.account_id FOR NO KEY UPDATE OF b;"
)

POSTINGS = AppendOnly(
    table="portal_ledgerposting",
    unique=(("id",), ("account_id", "sequence"), ("entry_id", "account_id")),
    demands=(
        Demand(
            name="sealed",
            before=_BOOK_OF_ACCOUNT,
            refused_when="EXISTS (SELECT 1 FROM portal_ledgerentry e WHERE e.id = NEW.entry_id)",
            says="takes nothing into an entry that is sealed",
        ),
        Demand(
            name="whole",
            # SQLite puts a fraction, or a text, into a column of integers.
            refused_when="NEW.amount <> CAST(NEW.amount AS bigint)",
            says="holds whole numbers",
        ),
        Demand(
            name="follows",
            before=_BOOK_OF_ACCOUNT,
            refused_when=(
                "NEW.sequence <> 1 + COALESCE("
                "(SELECT MAX(p.sequence) FROM portal_ledgerposting p WHERE p.account_id = NEW.account_id), 0)"
            ),
            says="counts without gaps in each account",
        ),
        Demand(
            name="balance",
            before=_BOOK_OF_ACCOUNT,
            refused_when=(
                "NEW.balance_after <> NEW.amount + COALESCE("
                "(SELECT p.balance_after FROM portal_ledgerposting p WHERE p.account_id = NEW.account_id "
                "ORDER BY p.sequence DESC LIMIT 1), 0)"
            ),
            says="takes the balance over and adds the amount",
        ),
    ),
)

_OF_REVERSED = "FROM portal_ledgerposting p WHERE p.entry_id = NEW.reverses_id"
_BOOK = "PERFORM 1 FROM portal_ledgerbook b WHERE b.id = NEW.book_id FOR NO KEY UPDATE;"
_MINE = "FROM portal_ledgerposting p WHERE p.entry_id = NEW.id"
_LAST = "(SELECT e.{column} FROM portal_ledgerentry e WHERE e.book_id = NEW.book_id ORDER BY e.number DESC LIMIT 1)"
_MIRRORED = (
    "(SELECT COUNT(*) FROM portal_ledgerposting p JOIN portal_ledgerposting q "
    "ON q.account_id = p.account_id AND q.amount = -p.amount "
    "WHERE p.entry_id = NEW.id AND q.entry_id = NEW.reverses_id)"
)

ENTRIES = AppendOnly(
    table="portal_ledgerentry",
    unique=(("id",), ("book_id", "number"), ("book_id", "key"), ("reverses_id",)),
    demands=(
        Demand(
            name="follows",
            before=_BOOK,
            refused_when=f"NEW.number <> 1 + COALESCE({_LAST.format(column='number')}, 0)",
            says="counts without gaps in each book",
        ),
        Demand(
            name="chain",
            before=_BOOK,
            refused_when=f"NEW.previous_hash <> COALESCE({_LAST.format(column='hash')}, '{'0' * 64}')",
            says="is a chain",
        ),
        Demand(
            name="time",
            before=_BOOK,
            refused_when=f"NEW.at < COALESCE({_LAST.format(column='at')}, NEW.at)",
            says="does not go back in time",
        ),
        Demand(
            name="balanced",
            refused_when=f"(SELECT COUNT(*) {_MINE}) < 2 OR (SELECT SUM(p.amount) {_MINE}) <> 0",  # noqa: S608
            says="has two or more postings that sum to zero",
        ),
        Demand(
            name="own_book",
            refused_when=(
                "EXISTS (SELECT 1 FROM portal_ledgerposting p JOIN portal_ledgeraccount a ON a.id = p.account_id "
                "WHERE p.entry_id = NEW.id AND a.book_id <> NEW.book_id)"
            ),
            says="stays in one book",
        ),
        Demand(
            name="reversal",
            refused_when=(
                "NEW.reverses_id IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM portal_ledgerentry e "  # noqa: S608
                "WHERE e.id = NEW.reverses_id AND e.reverses_id IS NULL AND e.book_id = NEW.book_id) "
                f"OR {_MIRRORED} <> (SELECT COUNT(*) {_MINE}) OR {_MIRRORED} <> (SELECT COUNT(*) {_OF_REVERSED}))"
            ),
            says="takes an entry back whole, and no reversal",
        ),
    ),
)


def guard(apps, schema_editor):
    POSTINGS.put(schema_editor)
    ENTRIES.put(schema_editor)


def unguard(apps, schema_editor):
    ENTRIES.take_away(schema_editor)
    POSTINGS.take_away(schema_editor)


class Migration(migrations.Migration):
    """What the database itself demands of the journal."""

    dependencies = [
        ("portal", "0028_ledger"),
    ]

    operations = [
        migrations.RunPython(guard, unguard),
    ]
