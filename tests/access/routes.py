"""The access matrix: every address of ours, who sees what there, and what the answer is.

An address that stands in no row fails the build. How to read a row: those who may see the thing get `get` and `post`;
those who may not get 404, as for a thing that does not exist; a visitor is sent to sign in, unless `visitor` says
otherwise.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .people import ANYONE, EDITORS, NOBODY, STAFF, those
from .world import World


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something behind an address: its arguments, and who may see it."""

    name: str = "the page"
    arguments: Callable[[World], list[Any]] = lambda world: []
    seen_by: frozenset[str] = ANYONE
    written_by: frozenset[str] | None = None

    def writers(self) -> frozenset[str]:
        return self.seen_by if self.written_by is None else self.written_by


@dataclass(frozen=True, kw_only=True)
class Route:
    """An address. `get` and `post` are the statuses for those who may; `post` is sent without any field.

    `visitor` is the status for whoever has not signed in (None: sent to sign in, for whatever method);
    `missing` are arguments that lead to nothing.
    """

    things: tuple[Thing, ...] = (Thing(),)
    get: int = 200
    post: int | None = None
    visitor: int | None = None
    missing: list[Any] | None = None
    methods: tuple[str, ...] = ("get", "post")
    path: str = ""  # for what cannot be reversed

    def expected(self, method: str) -> int:
        return self.get if method == "get" or self.post is None else self.post


def public(**fields) -> Route:
    """The same for everybody, signed in or not."""
    get = fields.get("get", 200)
    return Route(**{"visitor": get, **fields})


NEIGHBOURHOOD = those("tenant", "tenant2")
AGENCY = those("maintenance", "auditor")

TENANTS_TICKET = Thing(
    name="the tenant's report",
    arguments=lambda world: [world.tenants_ticket.number],
    seen_by=NEIGHBOURHOOD | AGENCY,
)
NEIGHBOURS_TICKET = Thing(
    name="the neighbour's report, given to the contractor",
    arguments=lambda world: [world.neighbours_ticket.number],
    seen_by=NEIGHBOURHOOD | AGENCY | {"contractor"},
)
FOREIGN_TICKET = Thing(
    name="a report in another building",
    arguments=lambda world: [world.foreign_ticket.number],
    seen_by=those("tenant3") | AGENCY,
)
TICKETS = (TENANTS_TICKET, NEIGHBOURS_TICKET, FOREIGN_TICKET)
PHOTOS = (
    Thing(name="a draft's photo", arguments=lambda world: [world.drafts_photo.pk], seen_by=those("tenant")),
    Thing(
        name="a report's photo",
        arguments=lambda world: [world.tickets_photo.pk],
        seen_by=TENANTS_TICKET.seen_by,
    ),
)
TENANTS_NOTIFICATION = Thing(
    name="the tenant's notification",
    arguments=lambda world: [world.tenants_notification.pk],
    seen_by=those("tenant"),
)
TENANTS_DEVICE = Thing(
    name="the tenant's device",
    arguments=lambda world: [world.tenants_device.pk],
    seen_by=those("tenant"),
)
NO_UUID = [uuid.UUID(int=0)]
NO_NUMBER = [999_999]

GIVES_ROLES = those("admin")

ROUTES: dict[str, Route] = {
    # -- my home, my account -------------------------------------------------------------------------------------
    "portal:casa": Route(),
    "portal:day": Route(things=(Thing(seen_by=STAFF),)),
    "portal:account": Route(),
    "portal:roles": Route(things=(Thing(seen_by=GIVES_ROLES),)),
    "portal:roles_of": Route(
        things=(
            Thing(
                name="somebody's roles",
                arguments=lambda world: [world.users["tenant"].pk],
                seen_by=GIVES_ROLES,
            ),
            Thing(
                name="one's own roles", arguments=lambda world: [world.users["admin"].pk], seen_by=GIVES_ROLES
            ),
        ),
        missing=NO_NUMBER,
    ),
    # -- what the portal told me ---------------------------------------------------------------------------------
    "portal:notifications": Route(post=405),
    "portal:notifications_count": Route(post=405),
    "portal:notifications_read_all": Route(get=405, post=302),
    "portal:notification": Route(things=(TENANTS_NOTIFICATION,), get=302, post=405, missing=NO_NUMBER),
    "portal:notification_read": Route(things=(TENANTS_NOTIFICATION,), get=405, post=302, missing=NO_NUMBER),
    "portal:devices": Route(post=422),
    "portal:device_remove": Route(things=(TENANTS_DEVICE,), get=405, post=302, missing=NO_NUMBER),
    # -- for everybody -------------------------------------------------------------------------------------------
    "portal:search": public(post=405),
    "portal:manifest": public(post=405),
    "portal:offline": public(post=405),
    "service_worker": public(post=405),
    "healthz": public(post=405),
    "portal:style_guide": public(),  # where the demo runs; elsewhere there is none
    # -- homes ---------------------------------------------------------------------------------------------------
    "portal:place": public(
        things=(
            Thing(name="a place", arguments=lambda world: [world.tenants_home.common_areas.first().label]),
        ),
        missing=NO_UUID,
    ),
    "scan": public(
        things=(
            Thing(name="a label", arguments=lambda world: [world.tenants_home.common_areas.first().label]),
        ),
        get=302,
    ),
    "portal:labels": Route(
        things=(
            Thing(
                name="labels of a building",
                arguments=lambda world: [world.tenants_home.pk],
                seen_by=those("caseworker", "admin"),
            ),
        ),
        missing=NO_NUMBER,
    ),
    # -- photos --------------------------------------------------------------------------------------------------
    "photo": Route(things=PHOTOS, post=405, missing=NO_UUID),
    "photo_small": Route(things=PHOTOS, post=405, missing=NO_UUID),
    # -- signing in: a page for visitors, and for the others the way on ------------------------------------------
    "account_login": Route(get=302, visitor=200),
    "account_request_login_code": Route(get=302, visitor=200),
    "account_confirm_login_code": public(get=302),  # without a code on its way: back to the door
    "account_logout": Route(get=200, post=302, visitor=302),
    "account_signup": public(),
    "account_inactive": public(post=405),
    "account_change_password": Route(get=302),  # nobody in the demo has a password: on to setting one
    "account_set_password": Route(),
    "account_reset_password": public(),
    "account_reset_password_done": public(post=405),
    "account_reset_password_from_key": public(
        things=(Thing(name="a link that is not valid", arguments=lambda world: ["0", "0-0"]),)
    ),
    "account_reset_password_from_key_done": public(post=405),
    "demo_sign_in": public(get=405, post=404),
    # -- the stock stack's other doors: shut ---------------------------------------------------------------------
    "admin/login/": Route(things=(Thing(seen_by=EDITORS),), get=302, visitor=302, path="/admin/login/"),
    "admin/password_reset/": Route(
        things=(Thing(seen_by=EDITORS),), get=302, visitor=302, path="/admin/password_reset/"
    ),
    "^admin/password_reset/.": public(get=404, path="/admin/password_reset/done/"),
    "admin/logout/": Route(
        things=(Thing(seen_by=EDITORS),), get=200, post=302, visitor=302, path="/admin/logout/"
    ),
    "wagtailadmin_account": Route(things=(Thing(seen_by=EDITORS),), path="/admin/account/"),
    "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/": Route(
        things=(Thing(name="many people at once", seen_by=NOBODY),), path="/admin/bulk/portal/user/delete/"
    ),
    "^documents/authenticate_with_password/": public(
        get=404, path="/documents/authenticate_with_password/1/"
    ),
    "wagtaildocs_serve": public(
        things=(Thing(name="a document that does not exist", arguments=lambda world: [999_999, "a.pdf"]),),
        get=404,
    ),
    "wagtaildocs_authenticate_with_password": public(things=(Thing(arguments=lambda world: [1]),), get=404),
    "_util/login/": public(get=302, path="/_util/login/"),
    "^_util/authenticate_with_password/": public(get=404, path="/_util/authenticate_with_password/1/2/"),
    "wagtailcore_authenticate_with_password": public(
        things=(Thing(arguments=lambda world: [1, 2]),), get=404
    ),
    "wagtailcore_login": public(get=302),
    # -- pages ---------------------------------------------------------------------------------------------------
    "wagtail_serve": public(
        things=(
            Thing(name="the home page", arguments=lambda world: [""]),
            *(
                Thing(name=f"a page: {model}", arguments=lambda world, model=model: [world.page(model)])
                for model in ("SectionPage", "GuidePage", "NewsIndexPage", "NewsPage", "InfoPage")
            ),
        ),
        missing=["nothing/"],
    ),
    # -- faults --------------------------------------------------------------------------------------------------
    "manutenzione:board": Route(),
    "manutenzione:report": public(),
    "manutenzione:triage": Route(things=(Thing(seen_by=AGENCY),)),
    "manutenzione:ticket": Route(things=TICKETS, missing=NO_NUMBER),
    "manutenzione:receipt": Route(
        things=(
            replace(TENANTS_TICKET, seen_by=those("tenant")),
            replace(NEIGHBOURS_TICKET, seen_by=those("tenant2")),
        ),
        missing=NO_NUMBER,
    ),
    "manutenzione:step": Route(
        things=(
            Thing(
                name="taking a report on",
                arguments=lambda world: [world.tenants_ticket.number, "triage"],
                seen_by=those("maintenance"),
            ),
            Thing(
                name="resolving a report given to the contractor",
                arguments=lambda world: [world.neighbours_ticket.number, "resolve"],
                seen_by=those("maintenance", "contractor"),
            ),
            Thing(
                name="withdrawing one's own report",
                arguments=lambda world: [world.tenants_ticket.number, "cancel"],
                seen_by=those("tenant"),
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_ticket.number, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=302,
        post=422,
        missing=[999_999, "triage"],
    ),
}
