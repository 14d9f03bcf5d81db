"""Risparmio's table of contents towards the portal."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import DemoData, NavigationItem, Role, register, urls

from .agreements import menus
from .agreements.events import EVENTS as AGREEMENT_EVENTS
from .auditing import menus as auditing_menus
from .auditing.events import EVENTS as AUDITING_EVENTS
from .bank.events import EVENTS as BANK_EVENTS
from .day import dashboard as day_dashboard
from .day import indicators as day_indicators
from .day import menus as day_menus
from .demo import load
from .payments.events import EVENTS as PAYMENT_EVENTS

urls("risparmio/", "risparmio.urls")

register(
    *AGREEMENT_EVENTS,
    *PAYMENT_EVENTS,
    *BANK_EVENTS,
    *AUDITING_EVENTS,
    *auditing_menus.ITEMS,
    *day_menus.ITEMS,
    *day_dashboard.CARDS,
    *day_indicators.INDICATORS,
    NavigationItem(
        key="risparmio.mine",
        label=_("Savings"),
        url_name="risparmio:mine",
        icon="piggy-bank",
        visible=menus.concerns,
        order=30,
    ),
    Role(
        key="risparmio.treasurer",
        label=_("Treasurer"),
        description=_("Keeps the book of the households' savings."),
        needs_second_factor=True,
        order=60,
    ),
    Role(
        key="risparmio.approver",
        label=_("Approver"),
        description=_("Approves payouts that somebody else has prepared."),
        needs_second_factor=True,
        order=61,
    ),
    DemoData(key="risparmio.demo", load=load, order=60),
)
