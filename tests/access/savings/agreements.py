from dataclasses import replace

from tests.access.people import NOBODY, those
from tests.access.shapes import NO_NUMBER, Asks, Route, Thing

from .people import (
    AGENCY,
    ENDED,
    LEADS_ON,
    OTHERS,
    PDF,
    READ,
    READERS,
    TENANT3S,
    TENANTS,
    asks,
    no_such_verb,
    verb,
)


def changed_by(*households: str):
    """Savings that still run, by who may change what is promised in them."""
    return tuple(replace(thing, seen_by=(thing.seen_by & those(*households)) | AGENCY) for thing in READ[:-1])


def tenants(world):
    return world.tenants_savings


def tenant3s(world):
    assert world.tenant3s_final
    return world.tenant3s_savings


ROUTES: dict = {
    "risparmio:mine": Route(),  # to whoever saves nothing, what savings are
    "risparmio:agreements": Route(things=(Thing(seen_by=READERS),)),
    "risparmio:open": Route(things=(Thing(seen_by=AGENCY),)),
    "risparmio:agreement": Route(things=READ, missing=NO_NUMBER),
    "risparmio:plan": Route(things=READ, missing=NO_NUMBER),
    "risparmio:propose": Route(
        things=(*changed_by("tenant", "tenant2", "tenant3"), Thing(**ENDED, seen_by=NOBODY)),
        post=422,
        missing=NO_NUMBER,
    ),
    "risparmio:plan_step": Route(
        things=(
            verb(
                "sign",
                lambda world: world.tenants_plan,
                name="signing what the tenant asks for",
                seen_by=those("tenant") | AGENCY,
            ),
            verb(
                "paper",
                lambda world: world.tenants_plan,
                name="writing down that the tenant has signed it",
                seen_by=AGENCY,
            ),
            verb(
                "decline",
                lambda world: world.tenant2s_plan,
                name="not agreeing with what the caseworker proposes to tenant2",
                seen_by=those("tenant2") | AGENCY,
            ),
            no_such_verb(lambda world: world.tenants_plan),
        ),
        get=302,
        post=302,
        missing=[999_999, "sign"],
    ),
    "risparmio:supporter": Route(
        things=(Thing(**TENANTS, seen_by=AGENCY), Thing(**OTHERS, seen_by=AGENCY)),
        post=302,
        missing=NO_NUMBER,
    ),
    "risparmio:exit": Route(things=READ, missing=NO_NUMBER),
    "risparmio:exit_pdf": Route(
        things=(
            Thing(**TENANT3S, seen_by=those("tenant3") | READERS),
            Thing(**TENANTS, seen_by=NOBODY),  # nobody moves on: there is none
        ),
        get=PDF,
        missing=NO_NUMBER,
    ),
    "risparmio:exit_step": Route(
        things=(
            verb("ask", tenants, name="the tenant says that she moves on", seen_by=those("tenant"), post=302),
            verb("begin", tenants, name="writing down that she does", seen_by=AGENCY),
            verb("draw", tenants, name="writing her statement", seen_by=AGENCY),
            verb("stay", tenants, name="staying", seen_by=those("tenant") | AGENCY, post=302),
            verb("sign", tenant3s, name="signing tenant3's statement", seen_by=those("tenant3") | AGENCY),
            verb("paper", tenant3s, name="writing down that tenant3 has signed it", seen_by=AGENCY),
            no_such_verb(tenants),
        ),
        get=302,
        post=422,
        missing=[999_999, "sign"],
    ),
    "risparmio:statement": Route(things=READ, missing=NO_NUMBER),
    "risparmio:statement_pdf": Route(things=READ, get=PDF, missing=NO_NUMBER),
    "risparmio:statement_csv": Route(things=READ, missing=NO_NUMBER),
}
READINGS: dict = {
    "risparmio:agreement": asks("/risparmio/{}/"),
    "risparmio:plan": asks("/risparmio/{}/piano/"),
    "risparmio:propose": asks("/risparmio/{}/piano/proponi/"),
    "risparmio:plan_step": LEADS_ON,
    "risparmio:supporter": asks("/risparmio/{}/ente/"),
    "risparmio:exit": asks("/risparmio/{}/uscita/", "approver"),
    "risparmio:exit_pdf": Asks(
        lambda world: f"/risparmio/{tenant3s(world).pk}/uscita/rendiconto.pdf", "treasurer"
    ),
    "risparmio:exit_step": LEADS_ON,
    "risparmio:statement": asks("/risparmio/{}/estratto/", "auditor"),
    "risparmio:statement_pdf": asks("/risparmio/{}/estratto.pdf"),
    "risparmio:statement_csv": asks("/risparmio/{}/estratto.csv", "auditor"),
}
