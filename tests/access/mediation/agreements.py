from tests.access.people import NOBODY, those
from tests.access.shapes import NO_UUID, Route, Thing
from tests.access.world import World

IN_IT = those("tenant", "tenant2", "mediator")
PARTIES = those("tenant", "tenant2")
MEDIATES = those("mediator")

ON_THE_TABLE = {"name": "what lies on the table", "arguments": lambda world: [world.mediation.pk]}
AGREED = {"name": "what stands", "arguments": lambda world: [world.mediations["follow_up"].pk]}
NOT_YET = Thing(
    name="a case that has no table yet",
    seen_by=NOBODY,
    arguments=lambda world: [world.mediations["inviting"].pk],
)


def asked(world: World) -> list:
    """The first follow-up of what stands, once its day has come."""
    row = world.mediations["follow_up"].follow_ups.first()
    row.ask()
    return [row.pk]


ROUTES: dict = {
    "community:mediation_agreement": Route(
        things=(Thing(**ON_THE_TABLE, seen_by=IN_IT), Thing(**AGREED, seen_by=PARTIES), NOT_YET),
        missing=NO_UUID,
        post=405,
    ),
    "community:mediation_agreement_version": Route(
        things=(
            Thing(
                name="the first version",
                seen_by=IN_IT,
                arguments=lambda world: [world.mediation.pk, 1],
            ),
        ),
        missing=[*NO_UUID, 1],
        post=405,
    ),
    "community:mediation_agreement_print": Route(
        things=(Thing(**ON_THE_TABLE, seen_by=IN_IT), Thing(**AGREED, seen_by=PARTIES), NOT_YET),
        missing=NO_UUID,
        post=405,
    ),
    "community:mediation_agreement_accept": Route(
        things=(Thing(**ON_THE_TABLE, seen_by=PARTIES), NOT_YET), missing=NO_UUID, post=422
    ),
    "community:mediation_agreement_write": Route(
        things=(Thing(**ON_THE_TABLE, seen_by=MEDIATES), NOT_YET), missing=NO_UUID, post=422
    ),
    "community:mediation_agreement_back": Route(
        things=(Thing(**ON_THE_TABLE, seen_by=IN_IT), NOT_YET), missing=NO_UUID, post=302
    ),
    "community:mediation_agreement_reopen": Route(
        things=(Thing(**AGREED, seen_by=PARTIES), NOT_YET), missing=NO_UUID, post=302
    ),
    # On the table it is not to be closed yet: a mediator is led back to it.
    "community:mediation_agreement_finish": Route(
        things=(Thing(**ON_THE_TABLE, seen_by=MEDIATES), Thing(**AGREED, seen_by=NOBODY), NOT_YET),
        missing=NO_UUID,
        get=302,
        post=422,
    ),
    "community:mediation_follow_up": Route(
        things=(Thing(name="how it goes", seen_by=PARTIES, arguments=asked),), missing=NO_UUID, post=422
    ),
}

OF_THEIRS = "whoever is in the case by everybody's yes: a trace would tell others that it exists"
READINGS: dict = dict.fromkeys(ROUTES, OF_THEIRS)
