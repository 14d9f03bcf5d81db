from tests.access.people import those
from tests.access.shapes import NO_UUID, Route, Thing

TALK = those("tenant", "mediator")
MEDIATOR = those("mediator")


def _meeting(world):
    """Of the tenant with the mediator: to tenant2 it is missing."""
    return world.room("private", "tenant").meetings.get()


TALK_APART = Thing(
    name="a meeting of the tenant with the mediator",
    arguments=lambda world: [_meeting(world).pk],
    seen_by=TALK,
)
OF_ALL = Thing(
    name="a meeting of all, with a time",
    arguments=lambda world: [world.meeting_of_all.pk],
    seen_by=those("tenant", "tenant2", "mediator"),
)


def _run(*verb):
    """The same for whoever mediates, who runs it."""
    return tuple(
        Thing(
            name=thing.name,
            arguments=lambda world, thing=thing: [*thing.arguments(world), *verb],
            seen_by=MEDIATOR,
        )
        for thing in (TALK_APART, OF_ALL)
    )


ROUTES: dict = {
    "community:meeting_new": Route(
        things=(
            Thing(
                name="a meeting with the tenant",
                arguments=lambda world: [world.room("private", "tenant").pk],
                seen_by=MEDIATOR,
            ),
            Thing(
                name="a meeting of all",
                arguments=lambda world: [world.room("joint").pk],
                seen_by=MEDIATOR,
            ),
        ),
        post=422,
        missing=NO_UUID,
    ),
    "community:meeting": Route(things=(TALK_APART,), post=302, missing=NO_UUID),
    "community:meeting_calendar": Route(things=(OF_ALL,), methods=("get",), missing=NO_UUID),
    "community:meeting_call_off": Route(things=_run(), post=302, missing=NO_UUID),
    "community:meeting_step": Route(things=_run("fissa"), get=302, post=409, missing=[*NO_UUID, "fissa"]),
}
IN_CONFIDENCE = (
    "whoever is in the case by everybody's yes: a trace would tell others that there is one, and a meeting"
)
READINGS: dict = dict.fromkeys(ROUTES, IN_CONFIDENCE)
