from tests.access.people import NOBODY, those
from tests.access.shapes import NO_UUID, Route, Thing

IN_IT = "whoever is in the case by everybody's yes: a trace would tell others that it exists"

THEIRS = Thing(
    name="the mediation between tenant and tenant2",
    arguments=lambda world: [world.mediation.pk],
    seen_by=those("tenant", "tenant2", "mediator"),
)


def _step(slug: str) -> Thing:
    return Thing(
        name=f"what the mediator may do with it: {slug}",
        arguments=lambda world: [world.mediation.pk, slug],
        seen_by=those("mediator"),
    )


ROUTES: dict = {
    "community:mediation": Route(things=(THEIRS,), post=405, missing=NO_UUID),
    "community:mediation_past": Route(things=(THEIRS,), post=405, missing=NO_UUID),
    "community:mediation_step": Route(
        things=(
            _step("in-parte"),
            _step("senza-accordo"),
            _step("altrove"),
            _step("pericolo"),
            Thing(
                name="no step",
                arguments=lambda world: [world.mediation.pk, "altro"],
                seen_by=NOBODY,
            ),
        ),
        post=302,
        missing=[*NO_UUID, "in-parte"],
    ),
    "community:mediation_leave": Route(
        things=(
            Thing(
                name="to stop taking part",
                arguments=lambda world: [world.mediation.pk],
                seen_by=those("tenant", "tenant2"),
            ),
        ),
        post=302,
        missing=NO_UUID,
    ),
    "community:mediation_give_back": Route(
        things=(
            Thing(
                name="to mediate no more",
                arguments=lambda world: [world.mediation.pk],
                seen_by=those("mediator"),
            ),
        ),
        post=302,
        missing=NO_UUID,
    ),
}
READINGS: dict = {
    "community:mediation": IN_IT,
    "community:mediation_past": IN_IT,
    "community:mediation_step": IN_IT,
    "community:mediation_leave": IN_IT,
    "community:mediation_give_back": IN_IT,
}
