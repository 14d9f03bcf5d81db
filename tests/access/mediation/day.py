from tests.access.people import those
from tests.access.shapes import Route, Thing

ROUTES: dict = {
    "community:mediation_day": Route(things=(Thing(seen_by=those("mediator", "mediator2")),)),
    "community:mediation_figures": Route(
        things=(Thing(seen_by=those("mediator2", "auditor", "admin")),), post=405
    ),
}
READINGS: dict = {}
