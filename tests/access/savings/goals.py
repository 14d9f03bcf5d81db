from tests.access.people import those
from tests.access.shapes import NO_NUMBER, Route, Thing

from .people import READ, TENANTS, asks

# What a household saves for besides is its own business: nobody of the agency comes to one.
GOAL = (
    Thing(
        name="a goal of the tenant's",
        arguments=lambda world: [world.tenants_goal.pk],
        seen_by=those("tenant"),
    ),
)

ROUTES: dict = {
    "risparmio:goals": Route(things=READ, missing=NO_NUMBER),  # staff reads sums alone
    "risparmio:goal_new": Route(
        things=(Thing(**TENANTS, seen_by=those("tenant")),), post=422, missing=NO_NUMBER
    ),
    "risparmio:goal": Route(things=GOAL, post=422, missing=NO_NUMBER),
    "risparmio:goal_amount": Route(things=GOAL, get=302, post=422, missing=NO_NUMBER),
    "risparmio:goal_finish": Route(things=GOAL, post=302, missing=NO_NUMBER),
    "risparmio:goal_remove": Route(things=GOAL, post=302, missing=NO_NUMBER),
}
READINGS: dict = {"risparmio:goals": asks("/risparmio/{}/obiettivi/")}
