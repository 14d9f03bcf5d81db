"""Maintenance's table of contents towards the portal."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DelegationScope,
    DemoData,
    Indicator,
    NavigationItem,
    ObjectPanel,
    PersonalData,
    Role,
    Schedule,
    SearchSource,
    register,
    urls,
)

from .demo import load
from .tickets import (
    dashboard,
    events,
    indicators,
    live,
    menus,
    notifications,
    privacy,
    schedules,
    search,
)

_REPAIRS = {
    "manutenzione.hold_ticket": _("Put repairs on hold"),
    "manutenzione.resume_ticket": _("Go on with repairs"),
    "manutenzione.resolve_ticket": _("Say that something is repaired"),
}

urls("manutenzione/", "manutenzione.urls")

register(*events.KINDS, *notifications.NOTIFICATIONS, *live.TOPICS)

register(
    Role(
        key="manutenzione.operator",
        label=_("Maintenance operator"),
        description=_("Takes reports of faults on, has them repaired, keeps the targets."),
        permissions=(
            "manutenzione.view_ticket",
            *(f"manutenzione.{action}_responsetarget" for action in ("view", "add", "change", "delete")),
        ),
        rights={
            "wagtailadmin.access_admin": _("Pages and registers"),
            "manutenzione.view_work_list": _("See the work list"),
            "manutenzione.see_names": _("See who reported a fault and who repairs it"),
            "manutenzione.report_anywhere": _("Write down reports of faults"),
            "manutenzione.triage_ticket": _("Take reports on"),
            "manutenzione.assign_ticket": _("Give repairs to somebody"),
            **_REPAIRS,
            "manutenzione.reopen_ticket": _("Open reports again"),
            "manutenzione.reject_ticket": _("Not accept reports"),
            "manutenzione.reconsider_ticket": _("Accept reports after all"),
        },
        order=50,
    ),
    Role(
        key="manutenzione.contractor",
        label=_("Contractor"),
        description=_("Repairs what is given to them, and sees nothing else."),
        rights=_REPAIRS,
        order=51,
    ),
)

register(
    DelegationScope(
        key="manutenzione.reports",
        label=_("report faults in the building and follow the reports"),
        hint=_(
            "Only faults and repairs: to see the reports, send new ones, say whether a repair is done. Nothing else, "
            "and nothing of the neighbours."
        ),
        url_name="manutenzione:board",
    ),
    NavigationItem(
        key="manutenzione.board",
        label=_("Maintenance"),
        url_name="manutenzione:board",
        icon="wrench",
        visible=menus.concerns,
        order=20,
    ),
    NavigationItem(
        key="manutenzione.triage",
        label=_("Work list"),
        url_name="manutenzione:triage",
        icon="clipboard-list",
        place="staff",
        visible=lambda user: user.has_perm("manutenzione.view_work_list"),
        badge=menus.waiting_for_answer,
        topic="manutenzione.triage:all",
        order=20,
    ),
    *(
        NavigationItem(
            key=f"manutenzione.{place}.report",
            label=_("Report a fault"),
            url_name="manutenzione:report",
            icon="megaphone",
            place=place,
            order=10,
        )
        for place in ("shortcut", "foot")
    ),
    DashboardCard(
        key="manutenzione.my_reports",
        template="manutenzione/cards/my_reports.html",
        context=dashboard.my_reports,
        offline=True,
        order=20,
    ),
    DashboardCard(
        key="manutenzione.dangers",
        template="manutenzione/cards/dangers.html",
        context=dashboard.dangers,
        place="offline",
        order=10,
    ),
    DashboardCard(
        key="manutenzione.my_work",
        template="manutenzione/cards/my_work.html",
        context=dashboard.my_work,
        place="day",
        order=20,
    ),
    DashboardCard(
        key="manutenzione.my_repairs",
        template="manutenzione/cards/my_repairs.html",
        context=dashboard.my_repairs,
        place="day",
        order=21,
    ),
    ObjectPanel(
        key="manutenzione.report_here",
        models=("portal.CommonArea",),
        template="manutenzione/panels/report_here.html",
        context=dashboard.place_panel,
        order=10,
    ),
    SearchSource(
        key="manutenzione.tickets", label=_("Reports of faults"), find=search.find_tickets, order=30
    ),
)

register(
    PersonalData(
        key="manutenzione.Ticket",
        export=privacy.export_tickets,
        files=privacy.files_of_tickets,
        erase=privacy.erase_tickets,
        stays=_("That something was broken and how it was repaired; your words only until it is."),
        retention=privacy.RETENTION,
        expire=privacy.expire_tickets,
        reason=_("Five years: the building's history of repairs, and whoever has to answer for them."),
    ),
    PersonalData(
        key="manutenzione.TicketChange",
        export=privacy.export_changes,
        values={"done": privacy.said_step},
        erase=privacy.erase_changes,
        stays=_("What was done for the repair, and not by whom."),
        retention=None,
        reason=_("As long as the report it belongs to."),
    ),
    Schedule(key="manutenzione.tickets.forget", run=schedules.forget_words, every=timedelta(days=1)),
    Schedule(key="manutenzione.tickets.close", run=schedules.close_unanswered, every=timedelta(days=1)),
)

register(
    Indicator(key="manutenzione.opened", label=_("Faults reported"), value=indicators.opened, order=20),
    Indicator(
        key="manutenzione.first_answer",
        label=_("Time to the first answer (median)"),
        value=indicators.minutes_to_first_answer,
        unit="minutes",
        order=21,
    ),
)

register(DemoData(key="manutenzione.demo", load=load, order=50))
