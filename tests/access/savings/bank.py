from dataclasses import replace

from tests.access.shapes import NO_NUMBER, Asks, Route, Thing

from .people import ALL_OF_IT, APPROVES, AT_WORK, KEEPERS, KEEPS_BOOKS, LEADS_ON, no_such_verb, verb

ACCOUNT = Thing(name="the account", arguments=lambda world: [world.bank_account.pk], seen_by=KEEPERS)
FILE = Thing(
    name="a bank's file",
    arguments=lambda world: [world.bank_file.pk],
    seen_by=KEEPERS,
    written_by=KEEPS_BOOKS,
)


def unknown(world):
    return world.unknown_line


def tenants(world):
    return world.tenants_line


ROUTES: dict = {
    "risparmio:bank": Route(things=(Thing(seen_by=KEEPERS, written_by=KEEPS_BOOKS),), post=422),
    "risparmio:bank_account": Route(things=(ACCOUNT,), missing=NO_NUMBER),
    # Nothing is missing in it: back to the account.
    "risparmio:opening": Route(
        things=(replace(ACCOUNT, seen_by=KEEPS_BOOKS),), get=302, post=302, missing=NO_NUMBER
    ),
    # The account was empty before: there is nothing to take back.
    "risparmio:opening_back": Route(
        things=(replace(ACCOUNT, seen_by=KEEPS_BOOKS),), get=302, post=302, missing=NO_NUMBER
    ),
    "risparmio:reconciliation": Route(
        things=(replace(ACCOUNT, written_by=KEEPS_BOOKS),), post=422, missing=NO_NUMBER
    ),
    "risparmio:columns": Route(things=(replace(ACCOUNT, seen_by=KEEPS_BOOKS),), post=422, missing=NO_NUMBER),
    "risparmio:statement_file": Route(things=(FILE,), post=302, missing=NO_NUMBER),
    "risparmio:statement_file_download": Route(things=(FILE,), post=405, missing=NO_NUMBER),
    "risparmio:bank_lines": Route(things=(Thing(seen_by=KEEPERS),)),
    "risparmio:bank_line": Route(
        things=(
            Thing(
                name="a line that nobody knows",
                arguments=lambda world: [world.unknown_line.pk],
                seen_by=KEEPERS,
            ),
            Thing(
                name="what the tenant paid in",
                arguments=lambda world: [world.tenants_line.pk],
                seen_by=KEEPERS,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "risparmio:settle_line": Route(
        things=(
            verb("agenzia", unknown, name="it is the agency's", seen_by=KEEPS_BOOKS, post=302),
            verb(
                "assegna", unknown, name="it is nobody's whom one has chosen", seen_by=KEEPS_BOOKS, post=409
            ),
            verb("tornato", unknown, name="it is no payout that came back", seen_by=KEEPS_BOOKS, post=409),
            verb("approva", unknown, name="nobody has asked for a yes", seen_by=APPROVES, post=409),
            verb("rifiuta", unknown, name="nor for a no", seen_by=APPROVES | KEEPS_BOOKS, post=302),
            verb("correggi", tenants, name="it is not the tenant's, for no reason", seen_by=KEEPS_BOOKS),
            no_such_verb(unknown),
        ),
        get=302,
        post=422,
        missing=[999_999, "agenzia"],
    ),
}
READINGS: dict = {
    "risparmio:bank_account": AT_WORK,
    "risparmio:opening": AT_WORK,
    "risparmio:opening_back": AT_WORK,
    "risparmio:reconciliation": AT_WORK,
    "risparmio:columns": AT_WORK,
    "risparmio:statement_file": AT_WORK,
    "risparmio:statement_file_download": ALL_OF_IT,
    "risparmio:bank_line": Asks(lambda world: world.tenants_line.get_absolute_url(), "treasurer"),
    "risparmio:settle_line": LEADS_ON,
}
