"""What mediation knows about a person, how long, and how it forgets.

What was said in confidence leaves the portal in no archive: a copy of somebody's data says that they were in a
mediation and when, and what was said they read in its rooms as long as these are open to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.extensions import Exempt, PersonalData, years

from .agreements import PartysAnswer, Version
from .destroying import destroy_closed_before
from .diary import Diary, Entry
from .glass import AskedNumber, BrokenGlass
from .meetings import TimeAnswer
from .models import Case, Mediator, Party, Story
from .rooms import Carrying, RoomMark, Word
from .words import OPEN, Answer, State

KEPT = timedelta(days=183)
DIARY_KEPT = years(2)


def _about(case: Case) -> dict:
    return {"asked_at": case.asked_at.isoformat(), "state": case.state, "outcome": case.outcome}


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def export_helped(user) -> Iterator[dict]:
    """The day, and nothing of what became of it: whoever helped is not in it."""
    for case in Case.objects.filter(helped_by=user):
        yield {"asked_on": _day(case.asked_at)}


def erase_helped(user) -> int:
    return Case.objects.filter(helped_by=user).update(helped_by=None)


def export_parties(user) -> Iterator[dict]:
    for party in Party.objects.filter(person=user).present().select_related("case"):
        promised = {"pact_at": party.pact_at and party.pact_at.isoformat()}
        yield {**_about(party.case), "side": party.side, "answer": party.answer, **promised}


def erase_parties(user) -> int:
    """Whoever is erased stops first what is open, as by their own hand: that locks the cases before what is in them."""
    rows = Party.objects.filter(person=user, case__state__in=OPEN).select_related("case")
    for party in rows.order_by("case_id"):
        if party.answer == Answer.YES:
            party.withdraw(by=user)
        elif party.case.state == State.INVITING:
            party.decline(by=user)
    erase_stories(user)  # as long as it is known whose they are
    PartysAnswer.objects.filter(party__person=user).delete()
    Party.objects.filter(person=user, answer=Answer.WAITING, invited_at=None).delete()
    return Party.objects.filter(person=user).update(person=None)


def export_stories(user) -> Iterator[dict]:
    for story in _stories(user):
        yield {"asked_at": story.case.asked_at.isoformat()}


def erase_stories(user) -> int:
    stories = list(_stories(user))
    for story in stories:
        story.forget()
        Case.objects.filter(pk=story.case_id).update(objection=None)
    return len(stories)


def _stories(user):
    asked = Party.objects.filter(person=user).asking()
    return Story.objects.filter(case__in=asked.values("case")).select_related("case")


def export_mediated(user) -> Iterator[dict]:
    """Of what is closed to them, no more than when it was: somebody's no, or the end, is not theirs to learn."""
    mine = Mediator.objects.filter(person=user)
    standing = set(mine.standing().values_list("pk", flat=True))
    for row in mine:
        yield {
            "proposed_at": row.proposed_at.isoformat(),
            "state": row.state if row.pk in standing else None,
        }


def erase_mediated(user) -> int:
    """Whoever is erased gives back first what is open, as by their own hand: whoever coordinates is told. It stands
    against nothing, which whoever confirms the erasure would read: that there is a case."""
    mine = Mediator.objects.filter(person=user)
    for row in mine.not_released().filter(case__state__in=OPEN).select_related("case"):
        row.lose()
    return mine.update(person=None)


def export_words(user) -> Iterator[dict]:
    for word in Word.objects.filter(author=user):
        yield {"sent_at": word.said_at.isoformat()}


def erase_words(user) -> int:
    """The words go, with their files; that something was said stays till the case goes."""
    words = list(Word.objects.filter(author=user).select_related("room__case"))
    for word in words:
        word.forget()
    return len(words)


def export_marks(user) -> Iterator[dict]:
    for mark in RoomMark.objects.filter(person=user):
        yield {"read_up_to": mark.number}


def erase_marks(user) -> int:
    return RoomMark.objects.filter(person=user).delete()[0]


def export_times(user) -> Iterator[dict]:
    for answer in TimeAnswer.objects.filter(person=user).select_related("time"):
        yield {"starts_at": answer.time.starts_at.isoformat(), "fits": answer.fits}


def erase_times(user) -> int:
    return TimeAnswer.objects.filter(person=user).delete()[0]


def export_versions(user) -> Iterator[dict]:
    for version in Version.objects.filter(written_by=user):
        yield {"written_at": version.written_at.isoformat()}


def erase_versions(user) -> int:
    return Version.objects.filter(written_by=user).update(written_by=None)


def export_carrying(user) -> Iterator[dict]:
    """What was answered is read where it was asked, as long as that room is open to them."""
    for carrying in Carrying.objects.filter(asked_by=user):
        yield {"asked_at": carrying.asked_at.isoformat()}


def erase_carrying(user) -> int:
    return Carrying.objects.filter(asked_by=user).update(asked_by=None)


def export_diary(user) -> Iterator[dict]:
    """When something happened. What it was is read in the diary itself."""
    for entry in Entry.objects.filter(diary__owner=user):
        yield {"happened_at": entry.happened_at.isoformat(), "kind": entry.kind}


def erase_diary(user) -> int:
    return sum(diary.tear_up() for diary in Diary.objects.filter(owner=user))


def expire_diary(before: datetime) -> int:
    old = Entry.objects.filter(written_at__lt=before)
    count = old.count()
    old.delete()
    return count


def export_glasses(user) -> Iterator[dict]:
    """Nothing of what nobody has agreed to: whoever asked is not to learn whether there is such a case."""
    for glass in BrokenGlass.objects.filter(asked_by=user, agreed_at__isnull=False):
        yield {"asked_at": glass.asked_at.isoformat(), "reason": glass.reason}
    for glass in BrokenGlass.objects.filter(agreed_by=user):
        yield {"agreed_at": glass.agreed_at and glass.agreed_at.isoformat(), "reason": glass.reason}


def erase_glasses(user) -> int:
    """Who has opened what was not theirs stays written down as long as the case: see `stays`."""
    return 0


def export_asked_numbers(user) -> Iterator[dict]:
    """No number: a copy of somebody's data names no case."""
    for asked in AskedNumber.objects.filter(asked_by=user):
        yield {"asked_at": asked.asked_at.isoformat()}


def erase_asked_numbers(user) -> int:
    return AskedNumber.objects.filter(asked_by=user).delete()[0]


def expire_asked_numbers(before: datetime) -> int:
    return AskedNumber.objects.filter(asked_at__lt=before).delete()[0]


_SEALED = _("What was said is in no copy of anybody's data: you read it in the mediation itself.")

DATA = (
    PersonalData(
        key="community.Case",
        title=_("Mediations that you helped somebody to ask for"),
        labels={"asked_on": _("Asked on")},
        export=export_helped,
        erase=erase_helped,
        stays=_("That there was a mediation, and how it ended."),
        retention=KEPT,
        expire=destroy_closed_before,
        is_counted=False,
        reason=_(
            "Half a year after it is closed all that was said is destroyed, with everybody's name. How it ended stays."
        ),
    ),
    PersonalData(
        key="community.Party",
        title=_("Mediations in which you take part"),
        labels={
            "asked_at": _("Asked on"),
            "state": _("State"),
            "outcome": _("Outcome"),
            "side": _("Side"),
            "answer": _("Answer"),
            "pact_at": _("Promised to keep to yourself what is said on"),
        },
        export=export_parties,
        erase=erase_parties,
        stays=_(
            "Without your name: on which side somebody was, in which language, what they answered and when. "
            "Half a year after the mediation is closed only how it ended."
        ),
        retention=None,
        reason=_("As long as the mediation: half a year after it is closed, names go."),
    ),
    PersonalData(
        key="community.Story",
        title=_("What you told when you asked for a mediation"),
        labels={"asked_at": _("Asked on")},
        export=export_stories,
        erase=erase_stories,
        retention=None,
        reason=_SEALED,
    ),
    PersonalData(
        key="community.Mediator",
        title=_("Mediations in which you mediate"),
        labels={"proposed_at": _("Proposed as mediator on"), "state": _("State")},
        export=export_mediated,
        erase=erase_mediated,
        stays=_("That there was a mediation, and how it ended."),
        retention=None,
        reason=_("As long as the mediation: half a year after it is closed, names go."),
    ),
    PersonalData(
        key="community.Word",
        title=_("What you said in mediations"),
        export=export_words,
        erase=erase_words,
        stays=_("That something was said, and neither by whom nor what."),
        retention=None,
        reason=_SEALED,
    ),
    PersonalData(
        key="community.RoomMark",
        title=_("How far you have read in mediations"),
        labels={"read_up_to": _("Read up to message")},
        export=export_marks,
        erase=erase_marks,
        retention=None,
        reason=_("As long as the mediation: so that you are shown what is new."),
    ),
    PersonalData(
        key="community.TimeAnswer",
        title=_("Times for meetings that you answered"),
        labels={"starts_at": _("Begins"), "fits": _("Fits")},
        export=export_times,
        erase=erase_times,
        retention=None,
        reason=_("As long as the mediation: so that a time is found."),
    ),
    PersonalData(
        key="community.Version",
        title=_("Agreements that you wrote down"),
        labels={"written_at": _("Written on")},
        export=export_versions,
        erase=erase_versions,
        stays=_("The agreement, which is the parties', and not who wrote it down."),
        retention=None,
        reason=_("As long as the mediation: half a year after it is closed, it goes."),
    ),
    PersonalData(
        key="community.Carrying",
        title=_("Words that you asked to say to all"),
        labels={"asked_at": _("Asked on")},
        export=export_carrying,
        erase=erase_carrying,
        stays=_("That it was asked, and not by whom."),
        retention=None,
        reason=_("As long as the mediation: so that it is known that its author agreed."),
    ),
    PersonalData(
        key="community.Diary",
        title=_("Your diary of what happened"),
        labels={"happened_at": _("Happened at"), "kind": _("Kind")},
        export=export_diary,
        erase=erase_diary,
        retention=DIARY_KEPT,
        expire=expire_diary,
        is_counted=False,
        reason=_("Two years, or until you delete it: to see whether something comes back."),
    ),
    PersonalData(
        key="community.BrokenGlass",
        title=_("Mediations that you opened without being part of them"),
        labels={"asked_at": _("Asked on"), "agreed_at": _("Agreed on"), "reason": _("Reason")},
        export=export_glasses,
        erase=erase_glasses,
        stays=_("That somebody opened what was not theirs: those who are in it have a right to know."),
        retention=None,
        reason=_("As long as the mediation: half a year after it is closed, it goes."),
    ),
    PersonalData(
        key="community.AskedNumber",
        title=_("Mediations that you asked to read"),
        labels={"asked_at": _("Asked on")},
        export=export_asked_numbers,
        erase=erase_asked_numbers,
        retention=KEPT,
        expire=expire_asked_numbers,
        reason=_("Half a year: so that you see what became of it."),
    ),
)

EXEMPT = tuple(
    Exempt(key=f"community.{name}", reason=reason)
    for name, reason in {
        "Room": "Where words are said: whose they are stands in Word.",
        "Consent": "A party's yes or no to a mediator: people stand in Party and Mediator.",
        "Meeting": "When those of a room meet: who they are stands in Party and Mediator.",
        "ProposedTime": "A time for a meeting: who said that it fits stands in TimeAnswer.",
        "Acceptance": "Which version a party accepted: the person stands in Party.",
        "FollowUp": "When it is asked how an agreement goes.",
        "PartysAnswer": "How it goes, sealed and by a party: the person stands in Party.",
        "Entry": "A page of a Diary, which is exported, erased and expires by it.",
    }.items()
)
