"""Who is told of a fact, and in which words: never an amount, never what money is for, never whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.extensions import NotificationKind

from .agreements.menus import concerns
from .agreements.models import SavingsAgreement
from .agreements.words import Side
from .roles import APPROVER, TREASURER, advises, approves, keeps_books


def agreement_of(event: Any) -> SavingsAgreement | None:
    """Which agreement a fact is about: itself, or that of a plan, a receipt, a payout."""
    target = event.target
    return target if isinstance(target, SavingsAgreement) else getattr(target, "agreement", None)


def _adults(agreement: SavingsAgreement) -> list[Any]:
    return [person for person in agreement.adults if person.is_active]


def _household(event: Any) -> Iterable[Any]:
    """All adults who are there today; whoever has left is told nothing any more."""
    agreement = agreement_of(event)
    return _adults(agreement) if agreement else []


def _while_missing(event: Any) -> Iterable[Any]:
    """As long as that month is not covered: a reminder may wait for the morning, and the payment be quicker."""
    agreement = agreement_of(event)
    if agreement is None:
        return []
    month = date.fromisoformat(event.data["month"])
    missing = any(row.month == month and row.missing for row in agreement.months())
    return _adults(agreement) if missing and agreement.still_runs() else []


def _other_side(event: Any) -> Iterable[Any]:
    """Of a plan: those who have not signed it yet. Of a talk: those with whom somebody would like to talk."""
    if event.target is None:
        return []
    return _household(event) if event.data.get("side") == Side.AGENCY else _agency(event)


def _yet_to_sign(event: Any) -> Iterable[Any]:
    """Of a final statement: the side that has not, whoever wrote the other's signature down."""
    return [] if event.target is None or event.target.is_signed else _other_side(event)


def _agency(event: Any) -> Iterable[Any]:
    """Whoever opened the agreement; where they work with it no more, everybody who advises households."""
    agreement = agreement_of(event)
    if agreement is None:
        return []
    opened_by = agreement.opened_by
    people = [opened_by] if opened_by else []
    others = get_user_model().objects.with_role("portal.caseworker").knowing_roles()
    may = [one for one in people if one.has_perm("risparmio.sign_for_agency", agreement)]
    return may or [one for one in others if one.has_perm("risparmio.sign_for_agency", agreement)]


def _both_sides(event: Any) -> Iterable[Any]:
    return [*_household(event), *_who_proposed(event)]


def _who_proposed(event: Any) -> Iterable[Any]:
    """As long as they may see it."""
    plan = event.target
    person = plan.proposed_by if plan else None
    return [person] if person and person.has_perm("risparmio.view_savingsplan", plan) else []


def _approvers(event: Any) -> Iterable[Any]:
    """Those who may say yes to this one: not to their own household's, nor to what they have asked for."""
    return _may(event, APPROVER, "risparmio.approve_payout")


def _treasurers(event: Any) -> Iterable[Any]:
    return _may(event, TREASURER, "risparmio.order_payout")


def _may(event: Any, role: str, permission: str) -> list[Any]:
    if event.target is None:
        return []
    people = get_user_model().objects.with_role(role).knowing_roles()
    return [person for person in people if person.has_perm(permission, event.target)]


def _page(name: str) -> Callable[[Any], str]:
    """Of the agreement, or, where `name` is given, of what hangs on it."""

    def url(event: Any) -> str:
        with override(settings.LANGUAGE_CODE):
            if name == "own":
                return event.target.get_absolute_url()
            if name:
                return reverse(name, args=[agreement_of(event).pk])
            return agreement_of(event).get_absolute_url()

    return url


def _saver_or(*roles: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda person: any(role(person) for role in roles) or concerns(person)


def _talk_title(event: Any) -> str | Promise:
    if event.data.get("side") == Side.AGENCY:
        return _("The agency would like to talk with you")
    return _("Somebody would like to talk about their savings")


# By key: what it is called where people choose how they hear of it, to whom it is offered, and after what.
_SUBJECTS = {
    "reminders": (_("Savings: the day to pay"), concerns, 48),
    "savings": (_("Savings: payments and plans"), _saver_or(advises, keeps_books), 49),
    "payouts": (_("Savings: payouts"), _saver_or(approves, keeps_books), 50),
}


def _told(
    fact: str,
    title: str | Promise | Callable[[Any], str | Promise],
    *recipients: Callable[[Any], Iterable[Any]],
    about: str,
    icon: str,
    page: str = "",
) -> NotificationKind:
    def whom(event: Any) -> list[Any]:
        return list({person.pk: person for ask in recipients for person in ask(event)}.values())

    label, concerned, order = _SUBJECTS[about]
    return NotificationKind(
        key=f"risparmio.{fact}",
        recipients=whom,
        title=lambda event: str(title(event) if callable(title) else title),
        url=_page(page),
        icon=icon,
        group=f"risparmio.{about}",
        label=label,
        concerns=concerned,
        order=order,
    )


NOTIFICATIONS = (
    _told(
        "payment.due",
        _("The day to pay is near"),
        _while_missing,
        about="reminders",
        icon="calendar-days",
        page="risparmio:pay_in",
    ),
    _told(
        "payment.missed",
        _("Is it hard just now? Let us talk about it"),
        _while_missing,
        about="reminders",
        icon="message-circle",
    ),
    _told(
        "saving.arrived",
        _("Thank you: a payment has arrived"),
        _household,
        about="savings",
        icon="piggy-bank",
    ),
    _told(
        "cash.received",
        _("Thank you: here is the receipt"),
        _household,
        about="savings",
        icon="receipt-text",
        page="own",
    ),
    _told(
        "cash.taken_back",
        _("A receipt was a mistake and was taken back"),
        _household,
        about="savings",
        icon="undo-2",
        page="own",
    ),
    _told(
        "plan.proposed",
        _("A new plan waits for a signature"),
        _other_side,
        about="savings",
        icon="signature",
    ),
    _told(
        "plan.agreed",
        _("Both sides have signed: the plan holds"),
        _both_sides,
        about="savings",
        icon="signature",
    ),
    _told(
        "plan.declined",
        _("The plan was not signed: let us talk about it"),
        _who_proposed,
        about="savings",
        icon="message-circle",
    ),
    _told(
        "saving.taken_back",
        _("A payment was put right: look at what came and went"),
        _household,
        about="savings",
        icon="undo-2",
    ),
    _told(
        "talk.wanted",
        _talk_title,
        _other_side,
        about="savings",
        icon="message-circle",
    ),
    _told(
        "exit.asked",
        _("A household would like to move on"),
        _agency,
        about="savings",
        icon="door-open",
        page="risparmio:exit",
    ),
    _told(
        "exit.begun",
        _("You move on: see what happens with your savings"),
        _household,
        about="savings",
        icon="door-open",
        page="risparmio:exit",
    ),
    _told(
        "final.drawn",
        _("Your final statement waits for a signature"),
        _household,
        about="savings",
        icon="signature",
        page="risparmio:exit",
    ),
    _told(
        "final.signed",
        _("The final statement waits for your signature"),
        _yet_to_sign,
        about="savings",
        icon="signature",
        page="risparmio:exit",
    ),
    _told(
        "agreement.closed",
        _("All of your savings were given back"),
        _household,
        about="savings",
        icon="circle-check",
    ),
    _told(
        "payout.requested",
        _("Somebody has asked for a payout"),
        _approvers,
        _household,  # where it was their caseworker who asked
        about="payouts",
        icon="hand-coins",
        page="own",
    ),
    _told(
        "payout.signed",
        _("A payout has its signature, and waits for a yes"),
        _approvers,
        about="payouts",
        icon="signature",
        page="own",
    ),
    _told(
        "payout.signed_on_paper",
        # To both in the same words: the household learns of a signature that may not be its own.
        _("A payout was signed on paper for the household"),
        _household,
        _approvers,
        about="payouts",
        icon="file-text",
        page="own",
    ),
    _told(
        "payout.first_approved",
        _("A payout waits for a second yes"),
        _approvers,
        about="payouts",
        icon="check",
        page="own",
    ),
    _told(
        "payout.approved",
        _("A payout was approved"),
        _household,
        _treasurers,
        about="payouts",
        icon="check-check",
        page="own",
    ),
    _told(
        "payout.refused",
        _("A payout was not approved: see why"),
        _household,
        about="payouts",
        icon="x",
        page="own",
    ),
    _told(
        "payout.paid",
        _("A payout has been paid"),
        _household,
        about="payouts",
        icon="circle-check",
        page="own",
    ),
    _told(
        "payout.given_up",
        _("The bank did not pay a payout: see what to do"),
        _household,
        _treasurers,
        about="payouts",
        icon="corner-down-left",
        page="own",
    ),
    _told(
        "payout.returned",
        _("A payout came back from the bank: see what to do"),
        _household,
        _treasurers,
        about="payouts",
        icon="corner-down-left",
        page="own",
    ),
)
