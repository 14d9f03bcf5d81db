"""How an address or a number is shown to whoever need not know all of it."""

from __future__ import annotations

from portal.people.phones import readable


def masked(contact: str | None) -> str:
    """ "s•••@abitare.example" and "… 111": enough to tell namesakes apart, too little to write to."""
    if not contact:
        return ""
    name, at, host = contact.rpartition("@")
    if at:
        return f"{name[:1]}•••@{host}"
    return f"… {readable(contact)[-3:]}"
