"""Who may: those who are in a case, and nobody else, whatever they are for the agency."""

import rules

from community.safety.rules import is_minor
from portal.access import has_role

from .glass import MAY_BREAK, BrokenGlass
from .models import Story
from .rooms import Room
from .words import AT_THE_TABLE, INTAKE, OPEN, TALKING, Answer, RoomKind, State

coordinates = has_role("community.mediation_coordinator")


def _parts(user, case) -> list:
    """The rows in which somebody is a party to the case."""
    return case.parts_of(user) if user.is_authenticated else []


@rules.predicate
def is_in_it(user, case) -> bool:
    """A party that has said yes, and has not stopped."""
    return case is not None and any(party.answer == Answer.YES for party in _parts(user, case))


@rules.predicate
def is_invited(user, case) -> bool:
    return case is not None and any(
        party.answer == Answer.WAITING and party.invited_at is not None for party in _parts(user, case)
    )


@rules.predicate
def mediates(user, case) -> bool:
    """With everybody's yes."""
    return case is not None and user.is_authenticated and case.is_mediated_by(user)


@rules.predicate
def is_proposed(user, case) -> bool:
    """As its mediator, and not everybody has said yes yet."""
    if case is None or not user.is_authenticated or case.state not in OPEN:
        return False
    return case.mediators.proposed().filter(person=user).exists()


@rules.predicate
def has_no_mediator(user, case) -> bool:
    """The talks are open, and nobody mediates any more."""
    return case is not None and case.state in TALKING and not case.mediators.assigned().exists()


@rules.predicate
def is_named(user, case) -> bool:
    """In whatever part: nobody coordinates, or opens by force, what they are in themselves."""
    if case is None or not user.is_authenticated:
        return False
    return bool(_parts(user, case)) or case.mediators.filter(person=user).exists()


@rules.predicate
def is_being_prepared(user, case) -> bool:
    return case is not None and case.state in INTAKE


@rules.predicate
def is_there(user, case) -> bool:
    """Not destroyed."""
    return case is not None and case.destroyed_at is None


@rules.predicate
def talks(user, case) -> bool:
    return case is not None and case.state in TALKING


prepares = coordinates & is_being_prepared & ~is_named
belongs = (is_in_it | is_invited | mediates) & is_there


@rules.predicate
def has_asked(user, case) -> bool:
    return case is not None and any(party.has_asked for party in _parts(user, case))


@rules.predicate
def is_grown_up(user) -> bool:
    """As far as the portal knows: for whoever is under 18 others are there."""
    return user.is_authenticated and user.is_active and not is_minor(user)


# The first three are asked of no case: there is none yet, or whoever is asked about is in none.
rules.add_perm("community.take_part_in_case", is_grown_up)
rules.add_perm("community.ask_for_case", is_grown_up)
rules.add_perm("community.help_to_ask_case", has_role("portal.caseworker"))

rules.add_perm("community.view_case", belongs | (prepares & is_there))
rules.add_perm("community.take_up_case", prepares)
rules.add_perm("community.intake_case", prepares)
rules.add_perm("community.invite_case", prepares)
rules.add_perm("community.recall_case", prepares)
rules.add_perm("community.lapse_case", prepares)
rules.add_perm("community.refuse_case", prepares)
rules.add_perm("community.refer_case", prepares | mediates)
rules.add_perm("community.agree_to_invitation_of_case", is_in_it)
rules.add_perm("community.begin_case", mediates)
rules.add_perm("community.table_case", mediates)
rules.add_perm("community.back_case", (mediates | is_in_it) & talks)
rules.add_perm("community.reopen_case", (mediates | is_in_it) & talks)
rules.add_perm("community.finish_case", mediates)
rules.add_perm("community.end_case", mediates)
rules.add_perm("community.stop_case", mediates)
rules.add_perm("community.release_own_case", mediates | is_proposed)
rules.add_perm("community.release_mediator_of_case", mediates | is_proposed | (coordinates & ~is_named))
rules.add_perm(
    "community.find_mediator_for_case", (prepares | (coordinates & has_no_mediator & ~is_named)) & is_there
)
rules.add_perm("community.view_offer_of_case", is_proposed & is_there)


@rules.predicate
def has_come_to_points(user, case) -> bool:
    return case is not None and (
        case.state in AT_THE_TABLE or (case.state == State.CLOSED and case.versions.settled().exists())
    )


may_read_agreement = (is_in_it | mediates) & is_there & has_come_to_points
rules.add_perm("community.read_agreement_of_case", may_read_agreement)


@rules.predicate
def may_read_version(user, version) -> bool:
    """While they are at the table all that were written; of a closed case the last that all have accepted."""
    if version is None or not may_read_agreement(user, version.case):
        return False
    if version.case.state in AT_THE_TABLE:
        return True
    later = version.case.versions.settled().filter(number__gt=version.number)
    return version.settled_at is not None and not later.exists()


@rules.predicate
def is_asked(user, follow_up) -> bool:
    return follow_up is not None and follow_up.asked_at is not None


@rules.predicate
def may_read_its_version(user, follow_up) -> bool:
    return follow_up is not None and may_read_version(user, follow_up.version)


@rules.predicate
def mediates_its_case(user, follow_up) -> bool:
    return follow_up is not None and mediates(user, follow_up.case)


rules.add_perm("community.view_version", may_read_version)
rules.add_perm("community.view_followup", may_read_its_version & (is_asked | mediates_its_case))


@rules.predicate
def may_read_it(user, story) -> bool:
    """Not the other side, nor whoever came to the first one: it was told to whoever helps. And to nobody once whoever
    told it has stopped, or the case is closed: like what is said in a private room. Broken glass asks its own rule."""
    if story is None or story.case.state not in OPEN or not user.has_perm("community.view_case", story.case):
        return False
    if not story.case.parties.asking().in_it().exists():
        return False
    return not _parts(user, story.case) or has_asked(user, story.case)


rules.add_perm("community.view_story", may_read_it)

# Two of them, or one and whoever coordinates the mediators; nobody who is in the case.
may_break = has_role(*MAY_BREAK)
rules.add_perm("community.ask_for_glass", may_break)
rules.add_perm("community.break_glass", may_break & ~is_named & is_there)


@rules.predicate
def reads_its_case_by_force(user, target) -> bool:
    """Of a story or a word: while a broken glass is open to somebody they open its files, as the glass's page does."""
    if target is None or not user.is_authenticated:
        return False
    case = target.case_id if isinstance(target, Story) else target.room.case_id
    return BrokenGlass.objects.open_to(user).filter(case=case).exists()


rules.add_perm("community.open_files_of_story", reads_its_case_by_force)
rules.add_perm("community.open_files_of_word", reads_its_case_by_force)


@rules.predicate
def may_enter(user, room) -> bool:
    """Asked of the room's own queryset, so that the two cannot differ."""
    if room is None:
        return False
    known = room.__dict__.setdefault("_entered", {})
    if user.pk not in known:
        known[user.pk] = Room.objects.visible_to(user).filter(pk=room.pk).exists()
    return known[user.pk]


@rules.predicate
def mediates_there(user, room) -> bool:
    return room is not None and mediates(user, room.case)


@rules.predicate
def has_all_in_it(user, room) -> bool:
    """A room in which somebody besides the mediators talks."""
    return room is not None and room.kind != RoomKind.NOTES


rules.add_perm("community.view_room", may_enter)
rules.add_perm("community.call_meeting_in_room", may_enter & mediates_there & has_all_in_it)


@rules.predicate
def is_of_a_room_one_may_enter(user, meeting) -> bool:
    return meeting is not None and may_enter(user, meeting.room)


rules.add_perm("community.view_meeting", is_of_a_room_one_may_enter)


@rules.predicate
def is_said_where_one_may_enter(user, word) -> bool:
    return word is not None and may_enter(user, word.room)


@rules.predicate
def has_said_it(user, word) -> bool:
    return word is not None and word.author_id == user.pk


@rules.predicate
def may_mediate_it(user, word) -> bool:
    return word is not None and mediates(user, word.room.case)


@rules.predicate
def is_said_by_its_party(user, word) -> bool:
    """In a private room, by the one whose room it is: a mediator has the room of all to speak in."""
    return word is not None and word.is_partys_own


rules.add_perm("community.view_word", is_said_where_one_may_enter)
rules.add_perm("community.carry_word", is_said_by_its_party & has_said_it & is_said_where_one_may_enter)
rules.add_perm(
    "community.ask_to_carry_word", is_said_by_its_party & may_mediate_it & is_said_where_one_may_enter
)


@rules.predicate
def is_own_entry(user, entry) -> bool:
    return entry is not None and entry.diary.owner_id == user.pk


@rules.predicate
def is_shared_where_one_may_enter(user, entry) -> bool:
    return entry is not None and entry.shared_in is not None and may_enter(user, entry.shared_in)


rules.add_perm("community.view_entry", is_own_entry | is_shared_where_one_may_enter)

# Figures of all of them, from which no case can be told (indicators.py).
rules.add_perm(
    "community.view_mediation_figures",
    has_role("community.mediation_coordinator", "portal.auditor", "portal.administrator"),
)
