"""What safety knows about a person, how long, and how it forgets. Whoever is kept at a distance is never told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.extensions import Exempt, PersonalData, PersonalFile, years
from portal.uploads.models import Photo, VoiceNote
from portal.uploads.privacy import files_among, name_of

from .models import AbuseReport, Block, Mute, ParentalApproval
from .words import State

KEPT = years(2)


def _export_barriers(kind):
    def export(user) -> Iterator[dict]:
        for barrier in kind.objects.filter(person=user).select_related("other"):
            yield {"other": barrier.name, "since": barrier.since}

    return export


def _erase_barriers(kind):
    def erase(user) -> int:
        deleted, _by_model = kind.objects.filter(Q(person=user) | Q(other=user)).delete()
        return deleted

    return erase


def export_reports(user) -> Iterator[dict]:
    """What they reported, and that a copy of it is kept: the words are somebody else's. Of what was taken away of
    theirs the decision and their own words as they were kept; never who reported it, nor what that person wrote."""
    for report in AbuseReport.objects.made_by(user).select_related("content_type"):
        copy = bool(report.reported_name or report.reported_text)
        yield {**_row(report), "text": report.text, "copy_is_kept": copy, "by_me": True}
    for report in AbuseReport.objects.against(user).select_related("content_type"):
        kept = {"reported_name": report.reported_name, "reported_text": report.reported_text}
        kept["files"] = [name_of(file) for file in _copies_in(report)]
        yield {**_row(report), **kept, "by_me": False}


def files_of_reports(user) -> Iterator[PersonalFile]:
    """The photos and voice notes that were taken away of theirs, as they were kept."""
    for report in AbuseReport.objects.against(user):
        yield from files_among(_copies_in(report))


def _copies_in(report: AbuseReport) -> list[Photo | VoiceNote]:
    return [*report.copies_of("photos"), *report.copies_of("voice_notes")]


def _row(report: AbuseReport) -> dict:
    return {
        "made_at": report.made_at,
        "about": report.content_type.name,
        "reason": report.reason,
        "state": report.state,
        "decision": report.decision,
        "decided_at": report.decided_at,
    }


def erase_reports(user) -> int:
    """Nobody is named any more, and their words, photos and voice notes go: what waits for a decision, with the
    decision. A decision's own words name nobody."""
    made, theirs = AbuseReport.objects.filter(reporter=user), AbuseReport.objects.filter(reported=user)
    made.exclude(state=State.OPEN).update(text="")
    theirs.exclude(state=State.OPEN).update(reported_name="", reported_text="")
    # Once erased nobody is named: by then what waits is a report of nobody's.
    waiting = AbuseReport.objects.open().filter(Q(reported=user) | Q(reported=None))
    still_to_judge = [str(pk) for pk in waiting.values_list("pk", flat=True)]
    for kind in (Photo, VoiceNote):
        copies = kind.objects.filter(owner=user, content_type=ContentType.objects.get_for_model(AbuseReport))
        copies.exclude(object_id__in=still_to_judge).delete()
    touched = made.update(reporter=None) + theirs.update(reported=None)
    return touched + AbuseReport.objects.filter(decided_by=user).update(decided_by=None)


def expire_reports(before: datetime) -> int:
    decided = AbuseReport.objects.exclude(state=State.OPEN).filter(decided_at__lt=before)
    _deleted, by_model = decided.delete()
    return by_model.get(AbuseReport._meta.label, 0)


def export_approvals(user) -> Iterator[dict]:
    for approval in ParentalApproval.objects.filter(Q(minor=user) | Q(given_by=user)).select_related(
        "minor", "given_by"
    ):
        yield {
            "minor": str(approval.minor),
            "given_by": str(approval.given_by or ""),
            "given_at": approval.given_at,
            "withdrawn_at": approval.withdrawn_at,
        }


def erase_approvals(user) -> int:
    """Whose parent is erased takes part no more, until another adult of the household says so."""
    deleted, _by_model = ParentalApproval.objects.filter(minor=user).delete()
    given = ParentalApproval.objects.filter(given_by=user)
    given.end(by=None)
    return deleted + given.update(given_by=None)


PERSONAL_DATA = (
    *(
        PersonalData(
            key=f"community.{kind.__name__}",
            export=_export_barriers(kind),
            labels={"other": _("Person kept at a distance"), "since": _("Since")},
            erase=_erase_barriers(kind),
            retention=None,
            reason=reason,
        )
        for kind, reason in (
            (Block, _("As long as you want to see nothing of each other.")),
            (Mute, _("As long as you want to hear nothing of them.")),
        )
    ),
    PersonalData(
        key="community.AbuseReport",
        export=export_reports,
        files=files_of_reports,
        labels={
            "made_at": _("Reported on"),
            "about": _("What it is about"),
            "reason": _("What is wrong with it"),
            "decision": _("Why it was decided so"),
            "decided_at": _("Decided on"),
            "reported_name": _("What it was called"),
            "reported_text": _("What stood there when it was reported"),
            "copy_is_kept": _("A copy of what stood there is kept for whoever decides"),
            "by_me": _("Reported by you"),
        },
        erase=erase_reports,
        stays=_("That something was reported and what was decided; nobody is named, and your words go."),
        retention=KEPT,
        expire=expire_reports,
        reason=_("Two years after the decision: whoever doubts it can ask how it came about."),
    ),
    PersonalData(
        key="community.ParentalApproval",
        export=export_approvals,
        labels={
            "minor": _("Minor"),
            "given_by": _("Given by"),
            "given_at": _("Given on"),
            "withdrawn_at": _("Withdrawn on"),
        },
        erase=erase_approvals,
        retention=None,
        reason=_("As long as you live in one household: it says who lets whom take part."),
    ),
    Exempt(
        key="community.Steward",
        reason="Which organization answers for a municipality: it names no person.",
    ),
)
