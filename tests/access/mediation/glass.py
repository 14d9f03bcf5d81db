from tests.access.people import NOBODY, those
from tests.access.shapes import NO_UUID, Notes, Route, Thing

_READS = those("admin")
_OPENED = (
    Thing(
        name="a mediation that two people have opened to the admin",
        arguments=lambda world: [world.open_glass.pk],
        seen_by=_READS,
    ),
    Thing(
        name="one that nobody has agreed to open",
        arguments=lambda world: [world.waiting_glass.pk],
        seen_by=NOBODY,
    ),
)
_PAGES = {"mediation_glass": "", "mediation_glass_story": "storia/", "mediation_glass_agreement": "accordo/"}


def _tenants_room(world):
    return world.open_glass.case.rooms.get(party__person=world.users["tenant"]).pk


def _notes(page):
    """Whose words are read finds it: both parties."""
    return Notes(
        lambda world: f"/mediazione/vetro/{world.open_glass.pk}/{page(world)}",
        "admin",
        "danger",
        lambda world: [world.users["tenant"], world.users["tenant2"]],
    )


ROUTES: dict = {
    "community:mediation_glasses": Route(things=(Thing(seen_by=those("admin", "mediator2")),), post=422),
    "community:mediation_glass_agree": Route(
        things=(
            Thing(
                name="what mediator2 asks for",
                arguments=lambda world: [world.waiting_glass.pk],
                seen_by=those("admin"),
            ),
        ),
        post=302,
        missing=NO_UUID,
    ),
    **{f"community:{name}": Route(things=_OPENED, post=405, missing=NO_UUID) for name in _PAGES},
    "community:mediation_glass_room": Route(
        things=(
            Thing(
                name="what the tenant has said to the mediators of it",
                arguments=lambda world: [world.open_glass.pk, _tenants_room(world)],
                seen_by=_READS,
            ),
            Thing(
                name="a room of a mediation that it does not open",
                arguments=lambda world: [world.open_glass.pk, world.room("joint").pk],
                seen_by=NOBODY,
            ),
        ),
        post=405,
        missing=[*NO_UUID, *NO_UUID],
    ),
    "community:mediation_glass_told": Route(
        things=(
            Thing(
                name="that mediator2 asks to read it",
                arguments=lambda world: [world.waiting_glass.pk],
                seen_by=those("tenant", "tenant2", "mediator"),
            ),
            Thing(
                name="that it was opened to the admin",
                arguments=lambda world: [world.open_glass.pk],
                seen_by=those("tenant", "tenant2"),
            ),
        ),
        post=405,
        missing=NO_UUID,
    ),
}
READINGS: dict = {
    **{f"community:{name}": _notes(lambda world, page=page: page) for name, page in _PAGES.items()},
    "community:mediation_glass_room": _notes(lambda world: f"stanza/{_tenants_room(world)}/"),
    "community:mediation_glass_agree": "a question (do you agree?): what was said is not on it",
    "community:mediation_glass_told": "who is, or was, in the mediation: what was said is not on it",
}
