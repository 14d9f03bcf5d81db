from tests.access.people import those
from tests.access.shapes import NO_UUID, Route, Thing

_OF_TENANT2 = Thing(
    name="a page that tenant2 has shown to nobody",
    arguments=lambda world: [world.unshown_entry.pk],
    seen_by=those("tenant2"),
)
_SHARED = Thing(
    name="a page that the tenant has shown to the mediator",
    arguments=lambda world: [world.shared_entry.pk],
    seen_by=those("tenant", "mediator"),
)
_TO_THE_AUTHOR = (
    Thing(name=_SHARED.name, arguments=_SHARED.arguments, seen_by=those("tenant")),
    _OF_TENANT2,
)

ROUTES: dict = {
    "community:diary": Route(post=422),
    "community:diary_tear_up": Route(post=302),
    "community:diary_entry": Route(things=(_SHARED, _OF_TENANT2), post=405, missing=NO_UUID),
    "community:diary_share": Route(
        things=tuple(
            Thing(
                name=f"{thing.name}, for the mediation by the mediator",
                arguments=lambda world, thing=thing: [*thing.arguments(world), world.mediation.pk],
                seen_by=thing.seen_by,
            )
            for thing in _TO_THE_AUTHOR
        ),
        post=302,
        missing=[*NO_UUID, *NO_UUID],
    ),
    "community:diary_take_back": Route(things=_TO_THE_AUTHOR, post=302, missing=NO_UUID),
    "community:diary_tear_out": Route(things=_TO_THE_AUTHOR, post=302, missing=NO_UUID),
}
READINGS: dict = {
    "community:diary_entry": "shown by its author, page by page, to the mediators whom they have accepted",
}
