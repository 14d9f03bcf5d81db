from tests.access.shapes import NO_NUMBER, Asks, Route, Thing

from .people import ALL_OF_IT, AUDITS, KEEPERS, KEEPS_BOOKS

ARCHIVE = Thing(name="a sealed year", arguments=lambda world: [world.sealed_year.pk], seen_by=AUDITS)

ROUTES: dict = {
    "risparmio:day": Route(things=(Thing(seen_by=KEEPERS),), post=405),
    "risparmio:book": Route(things=(Thing(seen_by=KEEPERS),), post=405),
    "risparmio:book_csv": Route(things=(Thing(seen_by=KEEPERS),), post=405),
    "risparmio:close_period": Route(things=(Thing(seen_by=KEEPS_BOOKS),), post=422),
    "risparmio:entries": Route(things=(Thing(seen_by=KEEPERS),)),
    "risparmio:entry": Route(
        things=(
            Thing(
                name="an entry about the tenant",
                arguments=lambda world: [world.tenants_line.entry.number],
                seen_by=KEEPERS,
            ),
            Thing(
                name="one that is about no household",
                arguments=lambda world: [world.agencys_entry.number],
                seen_by=KEEPERS,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "risparmio:sample": Route(things=(Thing(seen_by=AUDITS),), post=405),
    "risparmio:verify": Route(things=(Thing(seen_by=AUDITS),), post=302),
    "risparmio:archive": Route(things=(Thing(seen_by=AUDITS),), post=422),
    "risparmio:archive_file": Route(things=(ARCHIVE,), post=405, missing=NO_NUMBER),
}
READINGS: dict = {
    "risparmio:entry": Asks(
        lambda world: f"/risparmio/libro/registrazioni/{world.tenants_line.entry.number}/", "auditor"
    ),
    "risparmio:archive_file": ALL_OF_IT,
}
