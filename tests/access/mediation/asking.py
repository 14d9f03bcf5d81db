from tests.access.people import those
from tests.access.shapes import Route, Thing, public

HELPS = those("caseworker")

ROUTES: dict = {
    "community:mediation_home": public(post=405),
    "community:mediation_mine": Route(post=405),
    "community:mediation_safety": public(post=405),
    "community:mediation_ask": Route(post=422),
    "community:mediation_ask_together": Route(things=(Thing(seen_by=HELPS),), post=422),
    "community:mediation_handed_in": Route(things=(Thing(seen_by=HELPS),), post=405),
}
READINGS: dict = {}
