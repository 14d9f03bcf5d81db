"""What the portal says to itself, through the same door as every plugin."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DemoData,
    EventKind,
    EventSink,
    LiveTopic,
    NavigationItem,
    NotificationKind,
    PersonalData,
    Role,
    Schedule,
    SearchSource,
    register,
)

from .dashboard import indicators
from .events import privacy as events_privacy
from .events.dispatch import wake
from .housing import cards as housing_cards
from .housing import demo as housing_demo
from .housing import privacy as housing_privacy
from .live import sink as live_sink
from .notifications import live as notifications_live
from .notifications import privacy as notifications_privacy
from .notifications import sink as notifications_sink
from .pages import cards as pages_cards
from .pages.demo import load as load_demo_pages
from .pages.schedules import publish_and_expire
from .pages.search import find_pages
from .people import demo as people_demo
from .people import privacy as people_privacy
from .privacy import coverage  # noqa: F401 — registers its check
from .privacy.exemptions import EXEMPTIONS
from .privacy.schedules import delete_ended_sessions, delete_old_task_results, expire_personal_data
from .proof import notifications as proof_notifications
from .proof import privacy as proof_privacy
from .uploads import privacy as photos_privacy
from .uploads import schedules as photos_schedules

YEAR = timedelta(days=365)

_HOUSING = ("municipality", "building", "stairwell", "commonarea", "dwelling", "tenancy")
_PEOPLE = ("household", "householdmember", "organization", "organizationmember")
_ADMIN = {"wagtailadmin.access_admin": _("Pages and registers")}
_FIGURES = {"portal.view_indicators": _("Figures of the agency")}


def _permissions(actions: tuple[str, ...], models: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"portal.{action}_{model}" for model in models for action in actions)


# How somebody signs in: told to the person themselves, whoever did it (portal/proof/changes.py says why).
_PROOF = {
    "passkey_added": (_("A passkey was added"), "key-round"),
    "passkey_removed": (_("A passkey was removed"), "key-round"),
    "app_added": (_("An app to sign in with was set up"), "smartphone"),
    "app_removed": (_("The app to sign in with was removed"), "smartphone"),
    "codes_made": (_("New codes on paper were made"), "list-checks"),
}
register(
    EventKind(key="portal.role.given", sentence=_("%(actor)s gave a role"), icon="user-check"),
    EventKind(key="portal.role.taken", sentence=_("%(actor)s took a role away"), icon="user-x"),
    EventKind(
        key="portal.person.email_changed",
        sentence=_("%(actor)s changed the e-mail address"),
        icon="at-sign",
        confidential=True,
    ),
    EventKind(
        key="portal.person.closed",
        sentence=_("%(actor)s closed the account"),
        icon="user-x",
        confidential=True,
    ),
    EventKind(
        key="portal.person.opened",
        sentence=_("%(actor)s opened the account again"),
        icon="user-check",
        confidential=True,
    ),
    EventKind(
        key="portal.person.signed_out",
        sentence=_("%(actor)s ended all sessions"),
        icon="log-out",
        confidential=True,
    ),
    EventKind(
        key="portal.household.joined",
        sentence=_("%(actor)s added somebody to the household"),
        icon="user-plus",
    ),
    EventKind(
        key="portal.household.left",
        sentence=_("%(actor)s ended a membership of the household"),
        icon="user-minus",
    ),
    EventKind(
        key="portal.organization.joined",
        sentence=_("%(actor)s added somebody to the organization"),
        icon="user-plus",
    ),
    EventKind(
        key="portal.organization.left",
        sentence=_("%(actor)s ended a membership of the organization"),
        icon="user-minus",
    ),
    *(
        EventKind(key=f"portal.proof.{key}", sentence=sentence, icon=icon, confidential=True)
        for key, (sentence, icon) in _PROOF.items()
    ),
    EventKind(
        key="portal.proof.device_ended",
        sentence=_("%(actor)s signed a device out"),
        icon="log-out",
        confidential=True,
    ),
    EventKind(
        key="portal.proof.new_device",
        sentence=_("Somebody signed in on a new device"),
        icon="smartphone",
        confidential=True,
    ),
)

register(
    NotificationKind(
        key="portal.proof.new_device",
        recipients=proof_notifications.themselves,
        title=proof_notifications.new_device,
        url=proof_notifications.devices,
        icon="smartphone",
        urgent=True,
    ),
    NotificationKind(
        key="portal.person.signed_out",
        recipients=proof_notifications.themselves,
        title=proof_notifications.signed_out,
        url=proof_notifications.devices,
        icon="log-out",
        urgent=True,
    ),
    *(
        NotificationKind(
            key=f"portal.proof.{key}",
            recipients=proof_notifications.themselves,
            title=proof_notifications.changed(sentence),
            url=proof_notifications.sign_in_methods,
            icon=icon,
            urgent=True,
        )
        for key, (sentence, icon) in _PROOF.items()
    ),
)

register(
    # First the inbox, then the hints: who is told to look finds something.
    EventSink(key="portal.notifications", receive=notifications_sink.receive, order=10),
    EventSink(key="portal.live", receive=live_sink.receive, order=20),
)

register(
    LiveTopic(
        key="portal.inbox",
        kinds=("*",),
        identifiers=notifications_live.inboxes_of,
        allows=notifications_live.is_own_inbox,
    ),
)

register(
    Role(
        key="portal.caseworker",
        label=_("Caseworker"),
        description=_("Knows the households, keeps the registers of homes and people, guides each path."),
        permissions=(
            *_permissions(("view", "add", "change"), (*_HOUSING, *_PEOPLE)),
            # Enters a family's people. The address that somebody signs in with is changed by an administrator.
            *_permissions(("view", "add"), ("user",)),
        ),
        rights=_ADMIN,
        order=10,
    ),
    Role(
        key="portal.editor",
        label=_("Editor"),
        description=_("Writes guides and news and keeps the directory of resources true."),
        rights=_ADMIN,
        order=20,
    ),
    Role(
        key="portal.auditor",
        label=_("Auditor"),
        description=_("Reads what it all adds up to and changes nothing."),
        rights=_FIGURES,
        order=80,
    ),
    Role(
        key="portal.administrator",
        label=_("Administrator"),
        description=_("Gives roles and looks after the registers and the installation."),
        permissions=_permissions(("view", "add", "change"), (*_HOUSING, *_PEOPLE, "user")),
        rights={**_ADMIN, "portal.give_role": _("Give roles"), **_FIGURES},
        needs_second_factor=True,
        order=90,
    ),
)

register(
    NavigationItem(key="portal.casa", label=_("My home"), url_name="portal:casa", icon="house", order=10),
    NavigationItem(
        key="portal.day",
        label=_("My day"),
        url_name="portal:day",
        icon="list-checks",
        place="staff",
        visible=lambda user: user.has_perm("portal.view_day"),
        order=10,
    ),
    NavigationItem(
        key="portal.roles",
        label=_("Roles"),
        url_name="portal:roles",
        icon="user-check",
        place="staff",
        visible=lambda user: user.has_perm("portal.give_role"),
        order=80,
    ),
    NavigationItem(
        key="portal.admin",
        label=_("Pages and registers"),
        url_name="wagtailadmin_home",
        icon="library",
        place="staff",
        visible=lambda user: user.has_perm("wagtailadmin.access_admin"),
        order=90,
    ),
    NavigationItem(
        key="portal.notifications",
        label=_("Notifications"),
        url_name="portal:notifications",
        icon="bell",
        place="account",
        badge=notifications_live.unread_count,
        topic="portal.inbox:{user}",
        badge_url="portal:notifications_count",
        order=5,
    ),
    NavigationItem(
        key="portal.account",
        label=_("My account"),
        url_name="portal:account",
        icon="circle-user-round",
        place="account",
        order=10,
    ),
    NavigationItem(
        key="portal.sign_in_methods",
        label=_("How you sign in"),
        url_name="portal:sign_in_methods",
        icon="key-round",
        place="my_account",
        hint=_("Passkey, app, codes on paper, password."),
        order=20,
    ),
    NavigationItem(
        key="portal.devices",
        label=_("Your devices"),
        url_name="portal:devices",
        icon="smartphone",
        place="my_account",
        hint=_("Where you are signed in. A phone is lost? Sign it out here."),
        order=30,
    ),
)

register(
    DashboardCard(
        key="portal.my_home",
        template="portal/housing/cards/my_home.html",
        context=housing_cards.my_home,
        order=10,
    ),
    DashboardCard(
        key="portal.useful_numbers",
        template="portal/housing/cards/useful_numbers.html",
        context=housing_cards.useful_numbers,
        order=80,
    ),
    DashboardCard(
        key="portal.ending_soon",
        template="portal/housing/cards/ending_soon.html",
        context=housing_cards.ending_soon,
        place="day",
        order=40,
    ),
    DashboardCard(
        key="portal.writing",
        template="portal/pages/cards/writing.html",
        context=pages_cards.writing,
        place="day",
        order=50,
    ),
    DashboardCard(
        key="portal.indicators",
        template="portal/dashboard/indicators.html",
        context=indicators.card,
        place="day",
        order=90,
    ),
)

register(
    SearchSource(key="portal.pages", label=_("Guides and news"), find=find_pages, order=10),
)

register(
    PersonalData(
        key="portal.User",
        export=people_privacy.export_person,
        erase=people_privacy.erase_person,
        retention=None,
        reason=_(
            "As long as the account. Afterwards an entry without a name stays, because others refer to it."
        ),
    ),
    PersonalData(
        key="mfa.Authenticator",
        export=proof_privacy.export_factors,
        erase=proof_privacy.erase_factors,
        retention=None,
        reason=_("As long as you sign in with it: you remove it yourself, and it goes with the account."),
    ),
    PersonalData(
        key="portal.Device",
        export=proof_privacy.export_devices,
        erase=proof_privacy.erase_devices,
        retention=YEAR,
        expire=proof_privacy.expire_devices,
        reason=_("A year after it was last used: so long a device is not new to us, and nobody is alarmed."),
    ),
    PersonalData(
        key="portal.RoleGrant",
        export=people_privacy.export_roles,
        erase=people_privacy.erase_roles,
        retention=10 * YEAR,
        expire=people_privacy.expire_roles,
        reason=_("Ten years: who held which role, for as long as what they did may be questioned."),
    ),
    PersonalData(
        key="portal.Household",
        export=people_privacy.export_household_names,
        erase=people_privacy.erase_household_names,
        retention=2 * YEAR,
        expire=people_privacy.expire_household_names,
        reason=_(
            "The household keeps its name as long as somebody's membership or one of its contracts is kept."
        ),
    ),
    PersonalData(
        key="portal.HouseholdMember",
        export=people_privacy.export_households,
        erase=people_privacy.erase_households,
        retention=2 * YEAR,
        expire=people_privacy.expire_households,
        reason=_("Two years: who lived together, until everything between them and the agency is settled."),
    ),
    PersonalData(
        key="portal.OrganizationMember",
        export=people_privacy.export_organizations,
        erase=people_privacy.erase_organizations,
        retention=2 * YEAR,
        expire=people_privacy.expire_organizations,
        reason=_("Two years: who acted for an organization, until what they arranged is done."),
    ),
    PersonalData(
        key="portal.Tenancy",
        export=housing_privacy.export_tenancies,
        erase=housing_privacy.keep_tenancies,
        retention=10 * YEAR,
        expire=housing_privacy.expire_tenancies,
        reason=_("Ten years after leaving: the contract and its bookkeeping."),
    ),
    PersonalData(
        key="portal.Photo",
        export=photos_privacy.export_photos,
        erase=photos_privacy.erase_photos,
        retention=photos_privacy.DRAFT_LIFE,
        expire=photos_privacy.expire_photos,
        reason=_("As long as what the photo is attached to; a photo that was never sent, seven days."),
    ),
    PersonalData(
        key="portal.Notification",
        export=notifications_privacy.export_notifications,
        erase=notifications_privacy.erase_notifications,
        retention=notifications_privacy.RETENTION,
        expire=notifications_privacy.expire_notifications,
        reason=_("One year: by then the news is old, and what it was about has a history of its own."),
    ),
    PersonalData(
        key="portal.Event",
        export=events_privacy.export_events,
        erase=events_privacy.erase_events,
        retention=None,
        reason=_("Other people's histories are made of the same facts; an erasure forgets who did them."),
    ),
    *EXEMPTIONS,
)

register(
    # The dispatcher of a process that died between commit and dispatch wakes nobody: this one comes round.
    Schedule(key="portal.outbox", run=wake, every=timedelta(seconds=10)),
    Schedule(key="portal.photos.orphans", run=photos_schedules.purge_orphans, every=timedelta(days=7)),
    Schedule(key="portal.privacy.expire", run=expire_personal_data, every=timedelta(days=1)),
    Schedule(key="portal.privacy.sessions", run=delete_ended_sessions, every=timedelta(days=1)),
    Schedule(key="portal.privacy.task_results", run=delete_old_task_results, every=timedelta(days=1)),
    Schedule(key="portal.pages.scheduled", run=publish_and_expire, every=timedelta(minutes=1)),
)

register(
    DemoData(key="portal.people", load=people_demo.load, personas=people_demo.PERSONAS, order=10),
    DemoData(key="portal.housing", load=housing_demo.load, order=20),
    DemoData(key="portal.pages", load=load_demo_pages, order=30),
)
