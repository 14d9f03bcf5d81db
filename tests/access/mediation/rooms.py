"""Each room and who is in it: two private ones, the one of all, the mediators' notes; and the words said there."""

from tests.access.people import NOBODY, those
from tests.access.shapes import NO_UUID, Route, Thing

_ROOMS = (
    ("the tenant's room with the mediator", ("private", "tenant"), those("tenant", "mediator")),
    ("the other tenant's room with the mediator", ("private", "tenant2"), those("tenant2", "mediator")),
    ("the room of all", ("joint",), those("tenant", "tenant2", "mediator")),
    ("the mediators' notes", ("notes",), those("mediator")),
)
ROOMS = (
    *(
        Thing(name=name, arguments=lambda world, which=which: [world.room(*which).pk], seen_by=seen_by)
        for name, which, seen_by in _ROOMS
    ),
    Thing(
        name="a room of theirs with a mediator who is no persona",
        arguments=lambda world: [
            world.mediations["follow_up"].rooms.get(party__person=world.users["tenant"]).pk
        ],
        seen_by=those("tenant"),
    ),
)


def _words(authors: frozenset[str]) -> tuple[Thing, ...]:
    return (
        Thing(
            name="a word of the tenant to the mediator",
            arguments=lambda world: [world.rooms_word.pk],
            seen_by=authors,
        ),
        Thing(
            name="a word to all",
            arguments=lambda world: [world.joint_word.pk],
            seen_by=NOBODY,
        ),
    )


# What a party has shown of their diary is for the mediators, who find it beside the room.
DIARIES = tuple(
    Thing(
        name=f"what was shown of a diary beside {room.name}",
        arguments=room.arguments,
        seen_by=room.seen_by & those("mediator") if private else NOBODY,
    )
    for room, private in zip(ROOMS, (True, True, False, False, True), strict=True)
)
AUTHOR, MEDIATOR = _words(those("tenant")), _words(those("mediator"))

ROUTES: dict = {
    "community:mediation_room": Route(things=ROOMS, post=422, missing=NO_UUID),
    "community:mediation_room_follow": Route(things=ROOMS, post=405, missing=NO_UUID),
    "community:mediation_room_diary": Route(things=DIARIES, post=405, missing=NO_UUID),
    "community:mediation_room_read": Route(things=ROOMS, get=405, post=204, missing=NO_UUID),
    "community:mediation_carry": Route(things=AUTHOR, post=422, missing=NO_UUID),
    "community:mediation_carry_ask": Route(things=MEDIATOR, post=302, missing=NO_UUID),
    "community:mediation_carry_keep": Route(things=AUTHOR, get=405, post=302, missing=NO_UUID),
}
IN_IT = "whoever is in the case by everybody's yes: a trace would tell others that it exists"
READINGS: dict = dict.fromkeys(
    (
        "community:mediation_room",
        "community:mediation_room_follow",
        "community:mediation_room_diary",
        "community:mediation_carry_ask",
    ),
    IN_IT,
)
