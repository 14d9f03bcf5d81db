"""Which pages of the staff open what is confidential of one person, and how each leaves its trace (docs/adr/0024).

Every address with an argument that somebody of the staff may look at stands here, and so does every row of a register:
a new one has to decide. `Asks` is `ask_why`, `Notes` is `note_read`; whatever else is the reason why neither is needed.
"""

from __future__ import annotations

from portal.people.invitations.querysets import newcomers

from .mediation import READINGS as MEDIATION
from .savings import READINGS as SAVINGS
from .shapes import Asks, Notes


def newcomer_with_an_address(elena):
    return newcomers(elena).filter(is_in=False, email__isnull=False).order_by("pk").first()


LIST = "names at work: nobody's record is opened"
OPEN = "for everybody, or for all who live there: nothing in it is confidential"
ASKED_TO_LOOK = (
    "the two wait for the word of whoever answers for the area; before and after, the page is missing"
)
OWN = "of staff only what is their own"
ASKS_ONCE_MORE = "a question (are you sure?) that shows a name, or only a button to press"
TAKES_PART = "who opens it takes part in it, and the others are told of what is said"
NO_ACCOUNT = "of somebody who has no account yet: there is nobody who could read the trace"
HAS_THE_LINK = "whoever has the link was given it by the person; staff have none"
BY_NAME = "name, household, and whether a paper is good; that one is printed, the person is told"

PAGES: dict[str, Asks | Notes | str] = {
    **dict.fromkeys(
        (
            "hsds:organization",
            "hsds:service",
            "hsds:service_at_location",
            "hsds:taxonomy",
            "hsds:taxonomy_term",
        ),
        "what the directory publishes, for programs",
    ),
    "portal:renewal": "for whoever holds an organization's link: what the directory publishes of it",
    "portal:renewal_entry": "for whoever holds an organization's link: what the directory publishes of it",
    "portal:thread": Notes(
        lambda world: f"/messaggi/{world.tenants_thread.pk}/",
        "caseworker",
        "answer",
        lambda world: world.users["tenant"],
    ),
    "photo": "as what it came with: of a letter, only where its thread was opened",
    "portal:erasure": Notes(
        lambda world: world.erasure.get_absolute_url(),
        "caseworker",
        "answer",
        lambda world: world.erasure.person,
    ),
    "portal:delegations_of": Notes(
        lambda world: f"/persone/{world.neighbours_grant.principal_id}/deleghe/",
        "caseworker",
        "answer",
        lambda world: world.neighbours_grant.principal,
    ),
    "portal:letter": Notes(
        # Of somebody without an address the page shows a name.
        lambda world: f"/persone/inviti/{newcomer_with_an_address(world.users['caseworker']).pk}/lettera/",
        "caseworker",
        "contact",
        lambda world: newcomer_with_an_address(world.users["caseworker"]),
    ),
    "portal:letter_revoke": ASKS_ONCE_MORE,
    "portal:factors_of": ASKS_ONCE_MORE,
    "portal:paper_of": BY_NAME,
    "portal:come_back": "a name, and of an address as much as a masked one shows; the letter is told to the person",
    # A role given to the wrong one of two namesakes gives away more than the address that tells them apart.
    "portal:roles_of": "who may what is no secret; the address beside the name keeps namesakes apart",
    "portal:join_reach": Notes(
        lambda world: f"/persone/richieste/{world.let_in.pk}/recapiti/",
        "caseworker",
        "contact",
        lambda world: world.let_in.person,
    ),
    "portal:join_decide": NO_ACCOUNT,
    "portal:organization": LIST,
    "portal:organization_member": ASKS_ONCE_MORE,
    "portal:organization_request": NO_ACCOUNT,
    "portal:thread_step": ASKS_ONCE_MORE,
    "portal:appointment": Notes(
        lambda world: world.tenants_appointment.get_absolute_url(),
        "caseworker",
        "answer",
        lambda world: world.users["tenant"],
    ),
    "portal:waiting_place": Notes(
        lambda world: world.tenant3s_place.get_absolute_url(),
        "caseworker",
        "answer",
        lambda world: world.users["tenant3"],
    ),
    # Behind the same door, which notes it.
    **{
        f"portal:appointment_{what}": Notes(
            lambda world, path=path: f"{world.tenants_appointment.get_absolute_url()}{path}",
            "caseworker",
            "answer",
            lambda world: world.users["tenant"],
        )
        for what, path in (("move", "sposta/"), ("cancel", "annulla/"), ("calendar", "calendario.ics"))
    },
    "portal:appointment_link": HAS_THE_LINK,
    "portal:appointment_link_move": HAS_THE_LINK,
    "portal:appointment_link_cancel": HAS_THE_LINK,
    "portal:appointment_link_calendar": HAS_THE_LINK,
    "portal:waiting_link": HAS_THE_LINK,
    "portal:desk_day": LIST,
    "portal:waiting_list": LIST,
    "portal:desk_step": ASKS_ONCE_MORE,
    "portal:closure_reopen": ASKS_ONCE_MORE,
    "portal:labels": OPEN,
    "community:conversation_about": TAKES_PART,
    "community:conversation": TAKES_PART,
    "community:conversation_follow": TAKES_PART,
    "community:message_edit": OWN,
    "community:message_delete": OWN,
    "voice_note": "as what it came with",
    "community:abuse_report": Notes(
        lambda world: world.abuse_report.get_absolute_url(),
        "caseworker",
        "answer",
        lambda world: world.users["volunteer"],
    ),
    "community:abuse_report_new": OPEN,
    "community:abuse_report_step": "leads to the page of the report, which notes it",
    "community:safety_put_up": ASKS_ONCE_MORE,
    "community:thing": OPEN,
    "community:thing_reserve": OPEN,
    "community:thing_scan": OPEN,
    "community_calendar": HAS_THE_LINK,
    "community:shift": LIST,
    "community:gathering": LIST,
    "community:gathering_change": "the invitation, which all who are invited read",
    "community:gathering_calendar": OPEN,
    "community:gathering_presence": LIST,
    "community:gathering_receipt": LIST,
    "community:gathering_step": LIST,
    "community:shift_step": LIST,
    "community:shift_ask": LIST,
    "community:shift_plan": LIST,
    "community:shift_plan_end": ASKS_ONCE_MORE,
    "community:organization": LIST,
    "community:organization_hours": "sums of all together, and nobody's name",
    "community:organization_export": Asks(
        lambda world: f"/aiuto/enti/{world.organization.pk}/tabelle/soci/",
        "caseworker",
        lambda world: world.organization.members.filter(until=None).count(),
    ),
    "community:post": OPEN,
    "community:post_step": OPEN,
    "community:ask": OPEN,
    "community:exchange": ASKED_TO_LOOK,
    "community:exchange_step": ASKED_TO_LOOK,
    "manutenzione:ticket": OPEN,
    "manutenzione:step": OPEN,
    # What anybody may look at, or of staff only their own.
    "portal:place": OPEN,
    "scan": OPEN,
    "wagtail_serve": OPEN,
    "portal:useful": OPEN,
    "portal:useful_thanks": OPEN,
    "wagtaildocs_serve": OPEN,
    "portal:change_contact": OWN,
    "portal:remove_contact": OWN,
    "portal:unsubscribe": OWN,
    "account_reset_password_from_key": OWN,
    **MEDIATION,
    **SAVINGS,
}
PAGES["photo_small"] = PAGES["photo"]

# Rows of the registers, by the name that Wagtail knows them by.
REGISTERS: dict[str, Asks | Notes | str] = {
    "people": Asks(lambda world: f"/admin/people/edit/{world.users['tenant'].pk}/", "admin"),
    "households": "the name alone",
    "household-members": "who lives with whom since when: all of it stands in the list already",
    "organizations": OPEN,
    "organization-members": LIST,
    "tenancies": "which household has which home until when: all of it stands in the list already",
    "buildings": OPEN,
    "dwellings": OPEN,
    "common-areas": OPEN,
    "stairwells": OPEN,
    "municipalities": OPEN,
    "desks": OPEN,
    "counters": "who sits at which counter: anybody at the desk sees it",
    "appointment-topics": OPEN,
    "resource-providers": OPEN,
    "resource-places": OPEN,
    "synonyms": "words that mean the same: about nobody",
    "response_targets": OPEN,
    "stewards": OPEN,
    "hours_limits": OPEN,
    "bank_accounts": "the agency's own: about nobody, and the households that save read them",
}
