import uuid

from tests.access.people import NOBODY, those
from tests.access.shapes import NO_UUID, Route, Thing

NOTHING = uuid.UUID(int=0)


def _case(state, seen_by=NOBODY):
    return Thing(
        name=f"a mediation that is {state}",
        arguments=lambda world: [world.mediations[state].pk],
        seen_by=seen_by,
    )


PREPARED = "the mediation that is prepared"
INVITATION = (
    _case("inviting", those("tenant2")),
    Thing(
        name="named, and not invited yet",
        arguments=lambda world: [world.prepared_mediation.pk],
        seen_by=NOBODY,
    ),
)

ROUTES: dict = {
    "community:mediation_answer": Route(things=INVITATION, post=422, missing=NO_UUID),
    "community:mediation_decline": Route(things=INVITATION, post=302, missing=NO_UUID),
    "community:mediation_declined": Route(post=405),
    "community:mediation_words": Route(
        things=(
            Thing(
                name=PREPARED,
                arguments=lambda world: [world.prepared_mediation.pk],
                seen_by=those("tenant"),
            ),
        ),
        post=409,
        missing=NO_UUID,
    ),
    "community:mediation_consent": Route(
        things=(
            Thing(
                name=PREPARED,
                arguments=lambda world: [
                    world.prepared_mediation.pk,
                    world.prepared_mediation.mediators.get().pk,
                ],
                seen_by=those("tenant"),
            ),
        ),
        post=422,
        missing=[NOTHING, NOTHING],
    ),
    "community:mediation_offer": Route(
        things=(
            Thing(
                name=PREPARED,
                arguments=lambda world: [world.prepared_mediation.pk],
                seen_by=those("mediator"),
            ),
            _case("inviting"),
        ),
        post=302,
        missing=NO_UUID,
    ),
}
READINGS: dict = {
    "community:mediation_offer": "names alone, of those who are asked whether this person may mediate: they are told "
    "who it is",
}
