"""Risparmio's table of contents towards the portal."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import DashboardCard, DemoData, NavigationItem, Role, register, urls

from . import dashboard, live, notifications, schedules
from .agreements import menus
from .agreements.events import EVENTS as AGREEMENT_EVENTS
from .agreements.privacy import DATA as AGREEMENT_DATA
from .agreements.reminders import EVENTS as REMINDER_EVENTS
from .agreements.schedules import SCHEDULES as AGREEMENT_SCHEDULES
from .auditing import menus as auditing_menus
from .auditing.events import EVENTS as AUDITING_EVENTS
from .auditing.privacy import DATA as AUDITING_DATA
from .bank import menus as bank_menus
from .bank.events import EVENTS as BANK_EVENTS
from .bank.privacy import DATA as BANK_DATA
from .day import dashboard as day_dashboard
from .day import indicators as day_indicators
from .day import menus as day_menus
from .demo import load
from .goals.events import EVENTS as GOAL_EVENTS
from .goals.privacy import DATA as GOAL_DATA
from .payments import menus as payment_menus
from .payments.events import EVENTS as PAYMENT_EVENTS
from .payments.privacy import DATA as PAYMENT_DATA

urls("risparmio/", "risparmio.urls")

register(
    *AGREEMENT_EVENTS,
    *AGREEMENT_SCHEDULES,
    *PAYMENT_EVENTS,
    *BANK_EVENTS,
    *AGREEMENT_DATA,
    *PAYMENT_DATA,
    *BANK_DATA,
    *GOAL_DATA,
    *AUDITING_DATA,
    *REMINDER_EVENTS,
    *GOAL_EVENTS,
    *notifications.NOTIFICATIONS,
    *live.TOPICS,
    *schedules.SCHEDULES,
    DashboardCard(
        key="risparmio.mine",
        template="risparmio/dashboard/savings.html",
        context=dashboard.my_savings,
        order=30,
    ),
    *AUDITING_EVENTS,
    *auditing_menus.ITEMS,
    *day_menus.ITEMS,
    *payment_menus.ITEMS,
    *bank_menus.ITEMS,
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
    NavigationItem(
        key="risparmio.agreements",
        label=_("Savings agreements"),
        url_name="risparmio:agreements",
        icon="piggy-bank",
        place="staff",
        visible=menus.works_with,
        order=43,
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
