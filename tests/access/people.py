"""Who comes to a page: the demo's personas, by what they have in common."""

ANYONE = frozenset(
    {
        "tenant", "tenant2", "tenant3", "neighbour", "volunteer", "coordinator", "mediator", "mediator2", "caseworker",
        "treasurer", "approver", "maintenance", "contractor", "editor", "auditor", "admin",
    }
)  # fmt: skip
STAFF = ANYONE - {"tenant", "tenant2", "tenant3", "neighbour", "volunteer", "coordinator"}
# Who works in the Wagtail admin.
EDITORS = frozenset({"caseworker", "editor", "admin", "maintenance"})


def those(*keys: str) -> frozenset[str]:
    unknown = set(keys) - ANYONE
    if unknown:
        raise ValueError(f"no such persona: {', '.join(unknown)}")
    return frozenset(keys)


NOBODY = those()
