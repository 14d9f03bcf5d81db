import uuid

from tests.access.people import NOBODY, those
from tests.access.shapes import NO_UUID, Route, Thing

COORDINATES = those("mediator2")
NOTHING = uuid.UUID(int=0)

BEING_PREPARED = tuple(
    Thing(
        name=f"a mediation that is {state}",
        arguments=lambda world, state=state: [world.mediations[state].pk],
        seen_by=COORDINATES,
    )
    for state in ("requested", "intake", "inviting")
)
IN_INTAKE = Thing(
    name="a mediation that is being looked at",
    arguments=lambda world: [world.prepared_mediation.pk],
    seen_by=COORDINATES,
)
# Nobody coordinates what goes on between the parties.
TALKING = (
    Thing(name="talks", arguments=lambda world: [world.mediation.pk], seen_by=NOBODY),
    Thing(name="follow-up", arguments=lambda world: [world.mediations["follow_up"].pk], seen_by=NOBODY),
)
CLOSED_TO_CHANGES = Thing(
    name="an invitation that is out",
    arguments=lambda world: [world.mediations["inviting"].pk],
    seen_by=NOBODY,
    written_by=COORDINATES,  # what is sent too late comes back, with all that was typed
)


def _row(of, case="prepared_mediation"):
    """Of the case that is prepared, a row of it."""
    return lambda world: [getattr(world, case).pk, of(getattr(world, case)).pk]


ROUTES: dict = {
    "community:mediation_requests": Route(
        things=(Thing(name="the requests", seen_by=COORDINATES),), post=405
    ),
    "community:mediation_intake": Route(
        things=(IN_INTAKE, *BEING_PREPARED, *TALKING), post=405, missing=NO_UUID
    ),
    "community:mediation_notes": Route(
        things=(IN_INTAKE, *BEING_PREPARED, *TALKING), get=405, post=302, missing=NO_UUID
    ),
    "community:mediation_intake_step": Route(
        things=(
            Thing(
                name="closing a request",
                arguments=lambda world: [world.prepared_mediation.pk, "refer"],
                seen_by=COORDINATES,
            ),
            Thing(
                name="inviting",
                arguments=lambda world: [world.prepared_mediation.pk, "invite"],
                seen_by=COORDINATES,
            ),
            Thing(
                name="waiting no more for an answer",
                arguments=lambda world: [world.mediations["inviting"].pk, "lapse"],
                seen_by=COORDINATES,
            ),
            Thing(name="talks", arguments=lambda world: [world.mediation.pk, "refer"], seen_by=NOBODY),
        ),
        post=302,
        missing=[NOTHING, "refer"],
    ),
    "community:mediation_add_party": Route(
        things=(IN_INTAKE, CLOSED_TO_CHANGES, *TALKING), post=422, missing=NO_UUID
    ),
    "community:mediation_party_language": Route(
        things=(
            Thing(
                name="the tenant's language",
                arguments=_row(lambda case: case.parties.get(side="first")),
                seen_by=COORDINATES,
            ),
        ),
        post=422,
        missing=[NOTHING, NOTHING],
    ),
    "community:mediation_remove_party": Route(
        things=(
            Thing(
                name="tenant2, who is named",
                arguments=_row(lambda case: case.parties.get(side="other")),
                seen_by=COORDINATES,
            ),
            Thing(
                name="the tenant, who asked",
                arguments=_row(lambda case: case.parties.get(side="first")),
                seen_by=NOBODY,
            ),
        ),
        post=302,
        missing=[NOTHING, NOTHING],
    ),
    "community:mediation_wording": Route(
        things=(IN_INTAKE, CLOSED_TO_CHANGES, *TALKING), post=422, missing=NO_UUID
    ),
    "community:mediation_propose": Route(
        things=(IN_INTAKE, *BEING_PREPARED, *TALKING), post=422, missing=NO_UUID
    ),
    "community:mediation_release": Route(
        things=(
            Thing(
                name="who is proposed",
                arguments=_row(lambda case: case.mediators.get()),
                seen_by=COORDINATES,
            ),
            Thing(
                name="who mediates",
                arguments=_row(lambda case: case.mediators.get(), case="mediation"),
                seen_by=COORDINATES,  # by its number: from one who is gone it is taken
            ),
        ),
        post=302,
        missing=[NOTHING, NOTHING],
    ),
}
PREPARES = (
    "whoever prepares it has to read it: it is how a request is answered, and each step is a fact of the case"
)
READINGS: dict = dict.fromkeys(
    (
        "community:mediation_intake",
        "community:mediation_intake_step",
        "community:mediation_add_party",
        "community:mediation_remove_party",
        "community:mediation_party_language",
        "community:mediation_wording",
        "community:mediation_propose",
        "community:mediation_release",
    ),
    PREPARES,
)
