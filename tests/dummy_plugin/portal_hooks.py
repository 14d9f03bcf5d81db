"""The keys' table of contents towards the portal."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DelegationScope,
    DemoData,
    EventKind,
    EventSink,
    Exempt,
    Indicator,
    LiveTopic,
    NavigationItem,
    NeverDelegated,
    NotificationKind,
    ObjectPanel,
    PersonalData,
    Role,
    Schedule,
    SearchSource,
    everybody,
    register,
    urls,
)

from . import dashboard, demo, live, notifications, privacy, schedules, search
from .models import FOR_SOMEBODY, Loan
from .rules import at_the_desk

urls("chiavi/", "tests.dummy_plugin.urls")

register(
    Role(
        key="keys.desk",
        label=_("Keeper of the keys"),
        description=_("Lends the keys of common rooms and takes them back."),
        permissions=("keys.view_loan",),
        rights={"keys.lend_loan": _("Lend keys"), "keys.take_back_loan": _("Take keys back")},
    ),
    # Facts
    EventKind(key="keys.loan.asked", sentence=_("%(actor)s asked for the key"), icon="hand"),
    EventKind(key="keys.loan.lent", sentence=_("%(actor)s handed the key over"), icon="key-round"),
    EventKind(key="keys.loan.returned", sentence=_("%(actor)s took the key back"), icon="check"),
    EventKind(key="keys.loan.withdrawn", sentence=_("%(actor)s does not need the key any more"), icon="x"),
    EventKind(key="keys.loan.overdue", sentence=_("The key was due"), icon="clock"),
    # What follows from them
    EventSink(key="keys.counter", receive=notifications.count_loans),
    *(
        NotificationKind(
            key=kind,
            recipients=recipients,
            title=notifications.title,
            url=notifications.url,
            icon="key-round",
            label=label,
            group=group,
            concerns=concerns,
        )
        for kind, recipients, group, label, concerns in (
            ("keys.loan.asked", notifications.the_desk, "keys.desk", _("Keys to lend"), at_the_desk),
            ("keys.loan.lent", notifications.the_borrower, "keys.mine", _("Keys you borrow"), everybody),
            ("keys.loan.overdue", notifications.the_borrower, "keys.mine", _("Keys you borrow"), everybody),
        )
    ),
    LiveTopic(key="keys.loan", kinds=("keys.loan.*",), identifiers=live.loans_of, allows=live.may_watch_loan),
    LiveTopic(key="keys.desk", kinds=("keys.loan.*",), identifiers=live.the_desk, allows=live.may_watch_desk),
    # What people see
    NavigationItem(key="keys.main", label=_("Keys"), url_name="keys:list", icon="key-round", order=70),
    NavigationItem(
        key="keys.staff",
        label=_("Keys"),
        url_name="keys:list",
        icon="key-round",
        place="staff",
        visible=lambda user: user.is_authenticated and user.has_role("keys.desk"),
        badge=lambda user: Loan.objects.waiting().count() or None,
        topic="keys.desk:all",
    ),
    DashboardCard(key="keys.mine", template="keys/card_mine.html", context=dashboard.my_keys),
    DashboardCard(
        key="keys.waiting",
        template="keys/card_waiting.html",
        context=dashboard.waiting_at_the_desk,
        place="day",
    ),
    ObjectPanel(
        key="keys.of_area",
        models=("portal.CommonArea",),
        template="keys/panel_area.html",
        context=dashboard.keys_of,
    ),
    SearchSource(key="keys.keys", label=_("Keys"), find=search.find_keys),
    Indicator(key="keys.lent", label=_("Keys lent"), value=dashboard.lent_between),
    # What somebody may do for another person, and what nobody may
    DelegationScope(
        key=FOR_SOMEBODY,
        label=_("ask for keys"),
        hint=_("Sees which keys this person has asked for, and nothing else."),
        url_name="keys:list",
    ),
    NeverDelegated(key="keys.lending", reason=_("Whoever hands a key over answers for it.")),
    # What must be
    PersonalData(
        key="keys.Loan",
        export=privacy.export,
        labels={"key": _("Key"), "lent_at": _("Lent on"), "due_on": _("Due on")},
        erase=privacy.erase,
        against=privacy.out,
        retention=privacy.KEPT,
        expire=privacy.expire,
        reason=_("Who had which key, as long as somebody may ask after one that is missing."),
    ),
    Exempt(
        key="keys.Key",
        reason="Who on the staff entered a key is part of the register and says nothing private.",
    ),
    Schedule(key="keys.remind", run=schedules.remind, every=timedelta(days=1)),
    DemoData(key="keys.demo", load=demo.load, personas=demo.PERSONAS, order=90),
)
