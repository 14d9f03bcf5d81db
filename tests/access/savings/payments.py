from dataclasses import replace

from tests.access.people import NOBODY, those
from tests.access.shapes import NO_NUMBER, Asks, Notes, Route, Thing

from .people import (
    ADVISES,
    AGENCY,
    APPROVES,
    AT_WORK,
    AUDITS,
    KEEPERS,
    KEEPS_BOOKS,
    LEADS_ON,
    OTHERS,
    PDF,
    READ,
    READERS,
    TENANTS,
    asks,
    no_such_verb,
    verb,
)

RECEIPT = Thing(
    name="the tenant's receipt, which the treasurer gave",
    arguments=lambda world: [world.tenants_receipt.pk],
    seen_by=those("tenant") | READERS,
)
TILL = (Thing(name="a desk's cash", arguments=lambda world: [world.till.pk], seen_by=AGENCY),)
ASK = (
    Thing(**TENANTS, seen_by=those("tenant") | ADVISES),
    Thing(**OTHERS, seen_by=ADVISES),
)
TRANSFER = Thing(
    name="the file with tenant3's payout",
    arguments=lambda world: [world.tenant3s_payout.transfer_id],
    seen_by=KEEPERS,
)


def tenant3s(world):
    return world.tenant3s_payout


def waiting(world):
    return world.waiting_payout


def approved(world):
    return world.approved_payout


ROUTES: dict = {
    "risparmio:pay_in": Route(things=READ, missing=NO_NUMBER),
    "risparmio:pay_in_sheet": Route(things=READ, missing=NO_NUMBER),
    "risparmio:take_cash": Route(
        things=(Thing(**TENANTS, seen_by=AGENCY), Thing(**OTHERS, seen_by=AGENCY)),
        post=422,
        missing=NO_NUMBER,
    ),
    "risparmio:receipts": Route(things=READ, missing=NO_NUMBER),
    "risparmio:receipt": Route(things=(RECEIPT,), missing=NO_NUMBER),
    "risparmio:receipt_pdf": Route(things=(RECEIPT,), get=PDF, missing=NO_NUMBER),
    # Not by whoever took the cash.
    "risparmio:take_back_receipt": Route(
        things=(replace(RECEIPT, seen_by=ADVISES),), get=302, post=422, missing=NO_NUMBER
    ),
    "risparmio:cash": Route(things=(Thing(seen_by=READERS),)),
    "risparmio:count_cash": Route(things=TILL, post=422, missing=NO_NUMBER),
    "risparmio:carry_cash": Route(things=TILL, post=422, missing=NO_NUMBER),
    # Not by the treasurer, who carried it.
    "risparmio:take_back_trip": Route(
        things=(
            Thing(name="cash on its way", arguments=lambda world: [world.cash_trip.pk], seen_by=ADVISES),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "risparmio:cover_difference": Route(things=(Thing(seen_by=KEEPS_BOOKS),), post=302),
    "risparmio:ask_payout": Route(things=ASK, post=422, missing=NO_NUMBER),
    "risparmio:payouts": Route(things=READ, missing=NO_NUMBER),
    "risparmio:payout": Route(
        things=(
            Thing(
                name="tenant3's payout, at the bank",
                arguments=lambda world: [world.tenant3s_payout.pk],
                seen_by=those("tenant3") | READERS,
            ),
            Thing(
                name="one that waits for the approver",
                arguments=lambda world: [world.waiting_payout.pk],
                seen_by=READERS,
            ),
            Thing(
                name="one that waits for the treasurer",
                arguments=lambda world: [world.approved_payout.pk],
                seen_by=READERS,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "risparmio:payout_step": Route(
        things=(
            verb("approve", waiting, name="saying yes", seen_by=APPROVES, post=302),
            verb("refuse", waiting, name="saying no", seen_by=APPROVES),
            verb("withdraw", waiting, name="taking back what another household asked for", seen_by=NOBODY),
            verb("sign", waiting, name="signing for another household", seen_by=NOBODY),
            # Asked for by the caseworker: not told to the bank by whoever said yes, nor by who asked.
            verb("order", approved, name="telling the bank", seen_by=KEEPS_BOOKS),
            verb("withdraw", approved, name="taking back what she asked for", seen_by=ADVISES, post=302),
            verb("paper", approved, name="writing a signature down", seen_by=KEEPS_BOOKS),
            verb("sign", tenant3s, name="signing for one's own", seen_by=those("tenant3")),
            no_such_verb(tenant3s),
        ),
        get=302,
        post=422,
        missing=[999_999, "approve"],
    ),
    "risparmio:approvals": Route(things=(Thing(seen_by=APPROVES | AUDITS),)),
    "risparmio:transfers": Route(things=(Thing(seen_by=KEEPERS, written_by=KEEPS_BOOKS),), post=422),
    "risparmio:transfer": Route(things=(TRANSFER,), missing=NO_NUMBER),
    "risparmio:transfer_file": Route(things=(TRANSFER,), missing=NO_NUMBER),
}
READINGS: dict = {
    "risparmio:pay_in": asks("/risparmio/{}/versa/"),
    "risparmio:pay_in_sheet": asks("/risparmio/{}/versa/foglio/"),
    # Whoever stands at the desk has come for it.
    "risparmio:take_cash": Notes(
        lambda world: f"/risparmio/{world.tenants_savings.pk}/contanti/",
        "caseworker",
        "answer",
        lambda world: world.users["tenant"],
    ),
    "risparmio:receipts": asks("/risparmio/{}/ricevute/", "treasurer"),
    "risparmio:receipt": Asks(lambda world: world.tenants_receipt.get_absolute_url(), "approver"),
    "risparmio:receipt_pdf": Asks(
        lambda world: f"{world.tenants_receipt.get_absolute_url()}ricevuta.pdf", "caseworker"
    ),
    "risparmio:take_back_receipt": LEADS_ON,
    "risparmio:count_cash": AT_WORK,
    "risparmio:carry_cash": AT_WORK,
    "risparmio:take_back_trip": AT_WORK,
    "risparmio:ask_payout": asks("/risparmio/{}/prelievo/"),
    "risparmio:payouts": asks("/risparmio/{}/prelievi/", "auditor"),
    # Whoever has to decide on it is not asked: it is written down.
    "risparmio:payout": Asks(lambda world: world.tenant3s_payout.get_absolute_url(), "approver"),
    "risparmio:payout_step": LEADS_ON,
    "risparmio:transfer": AT_WORK,
    "risparmio:transfer_file": AT_WORK,
}
