"""What banks tell about a person. The bank's own file is a paper of the accounts: kept whole for ten years, and read
by those who audit them; what the portal has read out of it about somebody goes with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.extensions import Exempt, PersonalData
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.privacy import FORGOTTEN, KEPT, TEN_YEARS, ended_of, expired, over_before
from risparmio.payments.models import Payout

from .models import BankLine, Correction, Explanation, Statement, StatementFile


def export_lines(user) -> Iterator[dict]:
    """What came in for the household and went out to it. From which account is told to nobody: whoever paid may be
    somebody who has left them."""
    for line in BankLine.objects.filter(agreement__in=SavingsAgreement.objects.of_adult(user)):
        yield {"on": line.day.isoformat(), "cents": line.cents, "text": line.text, "who": line.counterparty}


def erase_lines(user) -> int:
    """Once the household has everything back; also of payouts to several that went out in one sum. Day, amount and the
    booking stay."""
    words = {"counterparty": "", "counterparty_iban": "", "text": "", "end_to_end": "", "reference": ""}
    ended = ended_of(user).values("pk")
    in_a_sum = Payout.objects.filter(agreement__in=ended, line__isnull=False).values("line")
    about = BankLine.objects.filter(Q(agreement__in=ended) | Q(pk__in=in_a_sum))
    touched = about.exclude(**words).update(**words)
    touched += about.exclude(asked_reason="").update(asked_reason=FORGOTTEN)
    for who in ("settled_by", "asked_by", "approved_by"):
        touched += BankLine.objects.filter(**{who: user}).update(**{who: None})
    return touched


def expire_lines(before: datetime) -> int:
    """Of a household with its savings, of nobody's ten years after the movement; with what was put right in it. A
    household does not wait for a line that had been taken for its own and is another's."""
    over = over_before(before)
    Correction.objects.filter(was_of__in=over).update(was_of=None, reason=FORGOTTEN)
    nobodys = Q(agreement=None, day__lt=timezone.localdate(before))
    gone = 0
    for line in BankLine.objects.filter(nobodys | Q(agreement__in=over)):
        with suppress(ProtectedError), transaction.atomic():
            line.tellings.all().delete()
            line.corrections.all().delete()
            line.delete()
            gone += 1
    return gone


def export_corrections(user) -> Iterator[dict]:
    """That they put something right. What they wrote about somebody is the accounts'."""
    for correction in Correction.objects.filter(by=user):
        yield {"at": correction.at.isoformat()}


def erase_corrections(user) -> int:
    """What was written about a household once it has everything back, and who wrote it: of lines that were taken for
    its own, and of those that are."""
    ended = ended_of(user).values("pk")
    about = Correction.objects.filter(Q(was_of__in=ended) | Q(line__agreement__in=ended))
    touched = about.exclude(reason=FORGOTTEN).update(reason=FORGOTTEN)
    touched += Correction.objects.filter(was_settled_by=user).update(was_settled_by=None)
    touched += Correction.objects.filter(approved_by=user).update(approved_by=None)
    return touched + Correction.objects.filter(by=user).update(by=None)


def export_explanations(user) -> Iterator[dict]:
    for explanation in Explanation.objects.filter(by=user):
        yield {"at": explanation.at.isoformat(), "text": explanation.text}


def erase_explanations(user) -> int:
    """The words are the accounts'."""
    return Explanation.objects.filter(by=user).update(by=None)


def expire_explanations(before: datetime) -> int:
    return expired(Explanation.objects.filter(at__lt=before))


def export_files(user) -> Iterator[dict]:
    for file in StatementFile.objects.filter(sent_by=user):
        yield {"at": file.sent_at.isoformat(), "name": file.name}


def erase_files(user) -> int:
    """The bank's own paper stays, with everybody in it, and loses the name that somebody gave it. Who sent it in is a
    nameless number afterwards."""
    return StatementFile.objects.filter(sent_by=user).exclude(name="").update(name="")


def expire_files(before: datetime) -> int:
    """Once nothing that was read from it is left."""
    return expired(StatementFile.objects.filter(sent_at__lt=before))


def export_statements(user) -> Iterator[dict]:
    for statement in Statement.objects.filter(read_by=user):
        yield {"at": statement.read_at.isoformat(), "number": statement.identification}


def erase_statements(user) -> int:
    return Statement.objects.filter(read_by=user).update(read_by=None)


def expire_statements(before: datetime) -> int:
    """Once none of its lines is left."""
    return expired(Statement.objects.filter(read_at__lt=before))


DATA = (
    Exempt(
        key="risparmio.Telling",
        reason="That a second file tells of a movement, too: a digest, and nothing of anybody; goes with the line.",
    ),
    PersonalData(
        key="risparmio.BankLine",
        title=_("What the bank told about your savings"),
        labels={"on": _("Day"), "cents": _("Amount (cents)"), "who": _("Who")},
        export=export_lines,
        erase=erase_lines,
        stays=_(
            "Day and amount. The bank's own file is kept with the accounts for ten years, and read only by those who "
            "check them."
        ),
        retention=KEPT,
        expire=expire_lines,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.Statement",
        title=_("Bank statements that you read in"),
        export=export_statements,
        erase=erase_statements,
        stays=_("What the bank told, and not who read it in."),
        retention=KEPT,
        expire=expire_statements,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.Correction",
        title=_("Lines of a bank that you put right"),
        export=export_corrections,
        erase=erase_corrections,
        stays=_("That a line was put right and when, and not by whom or why."),
        retention=None,
        reason=_("As long as the line it belongs to."),
    ),
    PersonalData(
        key="risparmio.Explanation",
        title=_("Differences between bank and book that you explained"),
        export=export_explanations,
        erase=erase_explanations,
        stays=_("What was written, and not by whom."),
        retention=KEPT,
        expire=expire_explanations,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.StatementFile",
        title=_("Files of a bank that you sent in"),
        export=export_files,
        erase=erase_files,
        stays=_("The bank's own file, as a paper of the accounts."),
        retention=KEPT,
        expire=expire_files,
        reason=TEN_YEARS,
    ),
)
