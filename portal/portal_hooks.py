"""What the portal says to itself, through the same door as every plugin."""

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DashboardCard,
    DemoData,
    EventKind,
    EventSink,
    Indicator,
    LiveTopic,
    NavigationItem,
    NeverDelegated,
    NotificationKind,
    PersonalData,
    Role,
    Schedule,
    SearchSource,
    register,
    years,
)

from .access import privacy as access_privacy
from .dashboard import indicators
from .desk import cards as desk_cards
from .desk import demo as desk_demo
from .desk import live as desk_live
from .desk import menus as desk_menus
from .desk import notifications as desk_notifications
from .desk import privacy as desk_privacy
from .desk.appointments import cards as appointment_cards
from .desk.appointments import demo as appointment_demo
from .desk.appointments import live as appointment_live
from .desk.appointments import notifications as appointment_news
from .desk.appointments import privacy as appointment_privacy
from .desk.appointments import schedules as appointment_schedules
from .events import privacy as events_privacy
from .events.dispatch import wake
from .housing import cards as housing_cards
from .housing import demo as housing_demo
from .housing import privacy as housing_privacy
from .ledger import schedules as ledger_schedules
from .live import sink as live_sink
from .notifications import demo as notifications_demo
from .notifications import failures as notifications_failures
from .notifications import live as notifications_live
from .notifications import privacy as notifications_privacy
from .notifications import schedules as notifications_schedules
from .notifications import sink as notifications_sink
from .notifications.push import privacy as device_privacy
from .pages import cards as pages_cards
from .pages import privacy as pages_privacy
from .pages.contributions import notifications as contribution_notices
from .pages.contributions import privacy as contribution_privacy
from .pages.demo import load as load_demo_pages
from .pages.directory import cards as directory_cards
from .pages.directory import notifications as directory_notifications
from .pages.directory.renewal import come_round as keep_directory_fresh
from .pages.editing import cards as editing_cards
from .pages.editing import demo as editing_demo
from .pages.editing import notifications as editing_notifications
from .pages.editing import schedules as editing_schedules
from .pages.schedules import publish_and_expire
from .pages.search import find_pages
from .people import demo as people_demo
from .people import notifications as people_notifications
from .people import privacy as people_privacy
from .people.delegations import notifications as delegation_news
from .people.delegations import privacy as delegation_privacy
from .people.invitations import cards as invitations_cards
from .people.invitations import demo as invitations_demo
from .people.invitations import privacy as invitations_privacy
from .people.joining import cards as joining_cards
from .people.joining import demo as joining_demo
from .people.joining import notifications as joining_notices
from .people.joining import privacy as joining_privacy
from .people.papers import cards as papers_cards
from .people.papers import privacy as papers_privacy
from .privacy import cards as privacy_cards
from .privacy import coverage  # noqa: F401 — registers its check
from .privacy import demo as privacy_demo
from .privacy import notifications as privacy_notifications
from .privacy import privacy as privacy_privacy
from .privacy.erasing import begin_due, erase_again
from .privacy.exemptions import EXEMPTIONS
from .privacy.schedules import (
    delete_ended_sessions,
    delete_old_task_results,
    expire_personal_data,
    sweep_exports,
)
from .proof import notifications as proof_notifications
from .proof import privacy as proof_privacy
from .sealing.sweeping import sweep
from .search import demo as search_demo
from .search.actions import find_actions
from .search.unmet import forget_outdated
from .uploads import privacy as uploads_privacy
from .uploads import schedules as uploads_schedules

_HOUSING = ("municipality", "building", "stairwell", "commonarea", "dwelling", "tenancy")
_PEOPLE = ("household", "householdmember", "organization", "organizationmember")
_ADMIN = {"wagtailadmin.access_admin": _("Pages and registers")}
_TRANSLATING = {"wagtail_localize.submit_translation": _("Have pages translated")}
_JOINING = {
    "portal.decide_join_request": _("Decide who is let in"),
    "portal.check_volunteers": _("Check volunteers before sensitive help"),
}
_ERASURES = {
    "portal.view_erasures": _("See who asks to be erased"),
    "portal.confirm_erasure": _("Confirm that somebody is erased"),
}
_SEARCH = {"portal.keep_search_words": _("Keep the words by which pages are found")}
_READS = {"portal.view_reads": _("See who read whose confidential data")}
_NEWCOMERS = {
    "portal.register_household": _("Register households and print their letters"),
    "portal.bring_back": _("Let somebody come back in who has lost everything"),
}
_PAPERS = {"portal.print_sign_in_code": _("Print papers to sign in with")}
_PUBLISHING = {"portal.publish_unreviewed": _("Publish pages that nobody else has read")}
_FIGURES = {"portal.view_indicators": _("Figures of the agency")}

_DELIVERIES = {"portal.view_deliveries": _("See which news did not arrive, and send it again")}


def _permissions(actions: tuple[str, ...], models: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"portal.{action}_{model}" for model in models for action in actions)


_SYNONYMS = _permissions(("view", "add", "change", "delete"), ("searchsynonyms",))
_DESKS = _permissions(("view", "add", "change", "delete"), ("desk", "counter", "appointmenttopic"))
_DIRECTORY = _permissions(("view", "add", "change", "delete"), ("provider", "place"))


# How somebody signs in: told to the person themselves, whoever did it (portal/proof/changes.py says why).
_PROOF = {
    "passkey_added": (_("A passkey was added"), "key-round"),
    "passkey_removed": (_("A passkey was removed"), "key-round"),
    "app_added": (_("An app to sign in with was set up"), "smartphone"),
    "app_removed": (_("The app to sign in with was removed"), "smartphone"),
    "codes_made": (_("New codes on paper were made"), "list-checks"),
}

register(
    EventKind(
        key="portal.ledger.head", sentence=_("Where the journal stands was written down"), icon="book-check"
    ),
    EventKind(key="portal.ledger.closed", sentence=_("A period of the journal was closed"), icon="book-lock"),
    EventKind(key="portal.role.given", sentence=_("%(actor)s gave a role"), icon="user-check"),
    EventKind(key="portal.role.taken", sentence=_("%(actor)s took a role away"), icon="user-x"),
    EventKind(
        key="portal.person.email_changed",
        sentence=_("%(actor)s changed the e-mail address"),
        icon="at-sign",
        confidential=True,
    ),
    EventKind(
        key="portal.person.phone_changed",
        sentence=_("%(actor)s changed the phone to sign in with"),
        icon="smartphone",
        confidential=True,
    ),
    EventKind(
        key="portal.person.password_changed",
        sentence=_("%(actor)s chose a new password"),
        icon="key-round",
        confidential=True,
    ),
    EventKind(
        key="portal.person.paper_printed",
        sentence=_("%(actor)s printed a paper to sign in"),
        icon="printer",
        confidential=True,
    ),
    EventKind(
        key="portal.person.paper_revoked",
        sentence=_("%(actor)s made a paper to sign in worth nothing"),
        icon="file-x",
        confidential=True,
    ),
    EventKind(
        key="portal.person.paper_used",
        sentence=_("%(actor)s signed in with a paper"),
        icon="log-in",
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
        key="portal.household.registered",
        sentence=_("%(actor)s registered the household"),
        icon="house-plus",
    ),
    EventKind(
        key="portal.invitation.issued",
        sentence=_("%(actor)s made a letter to come in with"),
        icon="mail-plus",
        confidential=True,
    ),
    EventKind(
        key="portal.invitation.revoked",
        sentence=_("%(actor)s made an older letter worthless"),
        icon="mail-x",
        confidential=True,
    ),
    EventKind(
        key="portal.invitation.accepted",
        sentence=_("%(actor)s came in for the first time"),
        icon="mail-check",
        confidential=True,
    ),
    EventKind(
        key="portal.invitation.return_issued",
        sentence=_("%(actor)s saw the document and made a letter to come back in with"),
        icon="mail-plus",
        confidential=True,
    ),
    EventKind(
        key="portal.invitation.came_back",
        sentence=_("%(actor)s came back in by a letter"),
        icon="mail-check",
        confidential=True,
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
    EventKind(
        key="portal.delegation.offered", sentence=_("%(actor)s asked somebody to act for them"), icon="send"
    ),
    EventKind(key="portal.delegation.granted", sentence=_("%(actor)s agreed to act"), icon="user-check"),
    EventKind(
        key="portal.delegation.recorded", sentence=_("%(actor)s recorded a signed paper"), icon="file-text"
    ),
    EventKind(key="portal.delegation.used", sentence=_("%(actor)s acted"), icon="hand-helping"),
    EventKind(key="portal.delegation.ended", sentence=_("%(actor)s ended it"), icon="user-x"),
    EventKind(key="portal.delegation.expired", sentence=_("The time was over"), icon="clock"),
    EventKind(key="portal.delegation.replaced", sentence=_("A newer one took its place"), icon="rotate-ccw"),
    # Whoever asked does not learn from these whether anybody is known under what they wrote.
    EventKind(
        key="portal.delegation.declined",
        sentence=_("%(actor)s did not accept it"),
        icon="x",
        confidential=True,
    ),
    EventKind(
        key="portal.delegation.unanswered", sentence=_("Nobody answered"), icon="clock", confidential=True
    ),
    *(
        EventKind(key=f"portal.proof.{key}", sentence=sentence, icon=icon, confidential=True)
        for key, (sentence, icon) in _PROOF.items()
    ),
    EventKind(
        key="portal.proof.factors_taken",
        sentence=_("%(actor)s took all passkeys and the app away"),
        icon="key-round",
        confidential=True,
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
    *joining_notices.KINDS,
    *desk_notifications.KINDS,
    *appointment_news.KINDS,
    *editing_notifications.KINDS,
    *contribution_notices.KINDS,
    *directory_notifications.KINDS,
    # What privacy states: a copy of one's data, and the way to be erased.
    EventKind(key="portal.data.ready", sentence=_("The copy is ready"), icon="download", confidential=True),
    EventKind(
        key="portal.erasure.asked",
        sentence=_("%(actor)s asked to be erased"),
        icon="trash-2",
        confidential=True,
    ),
    EventKind(
        key="portal.erasure.withdrawn",
        sentence=_("%(actor)s took the request back"),
        icon="undo-2",
        confidential=True,
    ),
    EventKind(
        key="portal.erasure.confirmed",
        sentence=_("%(actor)s confirmed the erasure"),
        icon="check",
        confidential=True,
    ),
)

register(
    # Before the inbox: a use of a grant is a fact of its own, which the inbox tells.
    EventSink(key="portal.delegations", receive=delegation_news.note_use, order=5),
    EventSink(key="portal.appointments", receive=appointment_news.write_to_visitors, order=8),
    # First the inbox, then its hints: who is told to look finds something. All other hints go ahead.
    EventSink(
        key="portal.notifications",
        receive=notifications_sink.receive,
        forget=notifications_sink.forget,
        order=10,
    ),
    EventSink(key="portal.live", announce=live_sink.announce, receive=live_sink.receive, order=20),
)

register(
    LiveTopic(
        key="portal.inbox",
        kinds=("*",),
        identifiers=notifications_live.inboxes_of,
        derived=True,
        allows=notifications_live.is_own_inbox,
    ),
    LiveTopic(
        key="portal.delegations",
        kinds=("portal.delegation.*",),
        identifiers=delegation_news.whose,
        allows=delegation_news.is_own,
    ),
    *desk_live.TOPICS,
    *appointment_live.TOPICS,
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
            *_DESKS,
        ),
        rights={
            **_ADMIN,
            **_JOINING,
            "portal.record_delegation": _("Record who may act for somebody"),
            "portal.answer_letters": _("Read and answer messages"),
            "portal.keep_appointments": _("Keep the day of a desk: appointments, waiting list, closures"),
            **_ERASURES,
            **_NEWCOMERS,
            **_PAPERS,
        },
        order=10,
    ),
    Role(
        key="portal.editor",
        label=_("Editor"),
        description=_("Writes guides and news and keeps the directory of resources true."),
        permissions=(*_DESKS, *_DIRECTORY, *_SYNONYMS),
        rights={**_ADMIN, **_SEARCH, **_TRANSLATING},
        order=20,
    ),
    Role(
        key="portal.auditor",
        label=_("Auditor"),
        description=_("Reads what it all adds up to and changes nothing."),
        rights={**_FIGURES, **_READS},
        order=80,
    ),
    Role(
        key="portal.administrator",
        label=_("Administrator"),
        description=_("Gives roles and looks after the registers and the installation."),
        needs_second_factor=True,
        permissions=(
            *_permissions(("view", "add", "change"), (*_HOUSING, *_PEOPLE, "user")),
            *_permissions(("change",), ("agencydetails",)),
            *_DESKS,
            *_SYNONYMS,
        ),
        rights={
            **_ADMIN,
            "portal.give_role": _("Give roles"),
            "portal.take_factors": _("Help whoever has lost a passkey or an app"),
            **_JOINING,
            **_FIGURES,
            **_ERASURES,
            **_READS,
            **_NEWCOMERS,
            **_DELIVERIES,
            **_PAPERS,
            **_SEARCH,
            **_PUBLISHING,
            "portal.view_retention": _("See how long data are kept"),
        },
        order=90,
    ),
)

register(
    # One's account, one's roles and whom one lets act are one's own: nobody passes a grant on.
    *(
        NeverDelegated(key=key, reason=reason)
        for key, reason in (
            ("portal.person", _("Your account is yours alone.")),
            ("portal.role", _("A role belongs to whoever holds it.")),
            ("portal.delegation", _("Who may act for you cannot let others do it.")),
        )
    ),
)

register(
    NotificationKind(
        key="portal.proof.new_device",
        recipients=proof_notifications.themselves,
        title=proof_notifications.new_device,
        url=proof_notifications.devices,
        icon="smartphone",
        label=_("How I sign in"),
        group="portal.sign_in",
        urgent=True,
    ),
    NotificationKind(
        key="portal.proof.factors_taken",
        recipients=proof_notifications.themselves,
        title=proof_notifications.factors_taken,
        url=proof_notifications.sign_in_methods,
        icon="key-round",
        label=_("How I sign in"),
        group="portal.sign_in",
        urgent=True,
    ),
    NotificationKind(
        key="portal.person.signed_out",
        recipients=proof_notifications.themselves,
        title=proof_notifications.signed_out,
        url=proof_notifications.devices,
        icon="log-out",
        label=_("How I sign in"),
        group="portal.sign_in",
        urgent=True,
    ),
    *(
        NotificationKind(
            key=f"portal.proof.{key}",
            recipients=proof_notifications.themselves,
            title=proof_notifications.changed(sentence),
            url=proof_notifications.sign_in_methods,
            icon=icon,
            label=_("How I sign in"),
            group="portal.sign_in",
            urgent=True,
        )
        for key, (sentence, icon) in _PROOF.items()
    ),
    *joining_notices.NOTIFICATIONS,
    *desk_notifications.NOTIFICATIONS,
    *appointment_news.NOTIFICATIONS,
    *editing_notifications.NOTIFICATIONS,
    *contribution_notices.NOTIFICATIONS,
    *directory_notifications.NOTIFICATIONS,
    *(
        NotificationKind(
            key=f"portal.delegation.{fact}",
            recipients=whom,
            title=delegation_news.title,
            url=delegation_news.url,
            icon=icon,
            label=_("Who acts for me, and for whom I act"),
            group="portal.delegations",
        )
        for fact, whom, icon in (
            ("offered", delegation_news.the_one_asked, "hand-helping"),
            ("granted", delegation_news.both, "user-check"),
            ("recorded", delegation_news.both, "file-text"),
            ("used", delegation_news.the_principal, "hand-helping"),
            ("ended", delegation_news.both, "user-x"),
            ("expired", delegation_news.both, "clock"),
        )
    ),
    *(
        NotificationKind(
            key=key,
            recipients=recipients,
            title=privacy_notifications.title,
            url=url,
            icon=icon,
            label=_("My data"),
            group="portal.my_data",
        )
        for key, recipients, url, icon in (
            (
                "portal.data.ready",
                privacy_notifications.the_person,
                privacy_notifications.my_data,
                "download",
            ),
            (
                "portal.erasure.asked",
                privacy_notifications.the_keepers,
                privacy_notifications.the_request,
                "trash-2",
            ),
            (
                "portal.erasure.confirmed",
                privacy_notifications.the_person,
                privacy_notifications.my_data,
                "trash-2",
            ),
        )
    ),
    NotificationKind(
        key="portal.role.given",
        recipients=people_notifications.who_watches_over_confidences,
        title=people_notifications.role_given,
        url=people_notifications.inbox,
        icon="user-check",
        label=_("Who may read what is confidential"),
        concerns=people_notifications.watches_over_confidences,
    ),
    NotificationKind(
        key="portal.person.paper_printed",
        recipients=lambda event: [event.target],
        title=lambda event: gettext(
            "The desk printed a paper for you to sign in with. If you have none, call us."
        ),
        url=people_notifications.my_contacts,
        icon="printer",
        label=_("How I sign in"),
        group="portal.sign_in",
    ),
    NotificationKind(
        key="portal.invitation.return_issued",
        # Their contacts are written to at once, whatever they chose; this is for whoever still has a device.
        recipients=lambda event: [event.target],
        title=lambda event: gettext(
            "The desk made a letter that opens your account. Was it not you? Call us."
        ),
        url=people_notifications.my_contacts,
        icon="mail-plus",
        label=_("How I sign in"),
        group="portal.sign_in",
        urgent=True,
        told_directly=True,
    ),
    NotificationKind(
        key="portal.person.email_changed",
        recipients=lambda event: [event.target],
        title=lambda event: gettext(
            "The e-mail address that you sign in with was changed. Was it not you? Call us."
        ),
        url=people_notifications.my_contacts,
        icon="at-sign",
        label=_("How I sign in"),
        group="portal.sign_in",
        tells_actor=True,
    ),
    NotificationKind(
        key="portal.person.phone_changed",
        recipients=lambda event: [event.target],
        title=lambda event: gettext("The phone that you sign in with was changed. Was it not you? Call us."),
        url=people_notifications.my_contacts,
        icon="smartphone",
        label=_("How I sign in"),
        group="portal.sign_in",
        tells_actor=True,
    ),
    NotificationKind(
        key="portal.person.password_changed",
        # Whoever has an address is written to there, in plain words; whoever has none, at their number.
        recipients=lambda event: [] if event.target.email else [event.target],
        title=lambda event: gettext("Your password was changed. Was it not you? Call us."),
        url=people_notifications.my_account,
        icon="key-round",
        label=_("How I sign in"),
        group="portal.sign_in",
        told_directly=True,
        tells_actor=True,
    ),
)

register(
    NavigationItem(
        key="portal.my_reads",
        label=_("Who read my data and why"),
        hint=_("Every time somebody of the agency opened something private of yours"),
        url_name="portal:my_reads",
        icon="eye",
        place="my_account",
        order=80,
    ),
    NavigationItem(
        key="portal.my_data",
        label=_("My data"),
        hint=_("Take a copy with you, or ask to be erased"),
        url_name="portal:my_data",
        icon="download",
        place="my_account",
        order=90,
    ),
    NavigationItem(
        key="portal.erasures",
        label=_("Requests to be erased"),
        url_name="portal:erasures",
        icon="trash-2",
        place="upkeep",
        visible=lambda user: user.has_perm("portal.view_erasures"),
        order=82,
    ),
    NavigationItem(
        key="portal.reads",
        label=_("Readings of confidential data"),
        url_name="portal:reads",
        icon="eye",
        place="upkeep",
        visible=lambda user: user.has_perm("portal.view_reads"),
        order=84,
    ),
    NavigationItem(
        key="portal.unmet_searches",
        label=_("Searched and not found"),
        url_name="portal:unmet_searches",
        icon="search-x",
        place="upkeep",
        visible=lambda user: user.has_perm("portal.keep_search_words"),
        order=80,
    ),
    NavigationItem(
        key="portal.retention",
        label=_("How long data are kept"),
        url_name="portal:retention",
        icon="hourglass",
        place="upkeep",
        visible=lambda user: user.has_perm("portal.view_retention"),
        order=86,
    ),
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
        key="portal.write",
        label=_("Write to us"),
        url_name="portal:write",
        icon="mail",
        visible=desk_menus.writes,
        order=30,
    ),
    NavigationItem(
        key="portal.appointments",
        label=_("Appointments"),
        url_name="portal:appointments",
        icon="calendar-plus",
        # Whoever works at the desks has their day instead.
        visible=lambda user: not user.has_perm("portal.keep_appointments"),
        order=35,
    ),
    NavigationItem(
        key="portal.foot.appointments",
        label=_("Book an appointment"),
        url_name="portal:appointments",
        icon="calendar-plus",
        place="foot",
        order=10,
    ),
    NavigationItem(
        key="portal.desk_today",
        label=_("Appointments today"),
        url_name="portal:desk_today",
        icon="calendar-check",
        place="staff",
        visible=lambda user: user.has_perm("portal.keep_appointments"),
        order=35,
    ),
    NavigationItem(
        key="portal.letterbox",
        label=_("Messages"),
        url_name="portal:letterbox",
        icon="mail",
        place="staff",
        visible=lambda user: user.has_perm("portal.answer_letters"),
        badge=desk_menus.waiting_count,
        topic="portal.letterbox:all",
        order=30,
    ),
    NavigationItem(
        key="portal.organizations",
        label=_("My organization"),
        url_name="portal:organizations",
        icon="users",
        visible=joining_cards.belongs_somewhere,
        order=40,
    ),
    NavigationItem(
        key="portal.join_requests",
        label=_("Requests to join"),
        url_name="portal:join_requests",
        icon="user-plus",
        place="people",
        visible=lambda user: user.has_perm("portal.decide_join_request"),
        order=40,
    ),
    NavigationItem(
        key="portal.newcomers",
        label=_("Not in yet"),
        url_name="portal:newcomers",
        icon="mail-plus",
        place="people",
        visible=lambda user: user.has_perm("portal.register_household"),
        order=30,
    ),
    NavigationItem(
        key="portal.contacts",
        label=_("My contacts"),
        hint=_("Your e-mail address and your phone numbers"),
        url_name="portal:contacts",
        icon="at-sign",
        place="my_account",
        order=10,
    ),
    NavigationItem(
        key="portal.papers",
        label=_("Papers to sign in"),
        url_name="portal:papers",
        icon="printer",
        place="people",
        visible=lambda user: user.has_perm("portal.print_sign_in_code"),
        order=32,
    ),
    NavigationItem(
        key="portal.roles",
        label=_("Roles"),
        url_name="portal:roles",
        icon="user-check",
        place="people",
        visible=lambda user: user.has_perm("portal.give_role"),
        order=80,
    ),
    NavigationItem(
        key="portal.delegations",
        label=_("Who acts for me"),
        hint=_("Let somebody do things for you, see what they did, end it. And for whom you act."),
        url_name="portal:delegations",
        icon="hand-helping",
        place="my_account",
        order=60,
    ),
    NavigationItem(
        key="portal.delegations_staff",
        label=_("Delegations"),
        url_name="portal:delegations_staff",
        icon="hand-helping",
        place="people",
        visible=lambda user: user.has_perm("portal.record_delegation"),
        order=70,
    ),
    NavigationItem(
        key="portal.deliveries",
        label=_("Undelivered news"),
        url_name="portal:deliveries",
        icon="mail-x",
        place="upkeep",
        visible=lambda user: user.has_perm("portal.view_deliveries"),
        badge=notifications_failures.count,
        order=85,
    ),
    NavigationItem(
        key="portal.admin",
        label=_("Pages and registers"),
        url_name="wagtailadmin_home",
        icon="library",
        place="upkeep",
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
        key="portal.notification_settings",
        label=_("How I hear of news"),
        hint=_("By e-mail or in another way, at once or once a day, and not at night."),
        url_name="portal:notification_settings",
        icon="bell-ring",
        place="my_account",
        order=30,
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
        label=_("How I sign in"),
        url_name="portal:sign_in_methods",
        icon="key-round",
        place="my_account",
        hint=_("Passkey, app, codes on paper, password."),
        order=20,
    ),
    NavigationItem(
        key="portal.devices",
        label=_("My devices"),
        url_name="portal:devices",
        icon="smartphone",
        place="my_account",
        hint=_("Where you are signed in. A phone is lost? Sign it out here."),
        order=30,
    ),
    NavigationItem(
        key="portal.screens",
        label=_("News on the screen"),
        hint=_("Your phone tells you that there is news, also when the portal is closed."),
        url_name="portal:screens",
        icon="message-square",
        place="my_account",
        order=45,
    ),
    NavigationItem(
        key="portal.shortcut.notifications",
        label=_("Notifications"),
        url_name="portal:notifications",
        icon="bell",
        place="shortcut",
        order=90,
    ),
)

register(
    DashboardCard(
        key="portal.my_home",
        template="portal/housing/cards/my_home.html",
        context=housing_cards.my_home,
        offline=True,
        order=10,
    ),
    DashboardCard(
        key="portal.my_household",
        template="portal/housing/cards/my_household.html",
        context=housing_cards.my_household,
        order=11,
    ),
    DashboardCard(
        key="portal.my_organizations",
        template="portal/people/cards/my_organizations.html",
        context=joining_cards.my_organizations,
        order=35,
    ),
    DashboardCard(
        key="portal.my_letters",
        template="portal/desk/cards/my_letters.html",
        context=desk_cards.my_letters,
        order=30,
    ),
    DashboardCard(
        key="portal.next_appointment",
        template="portal/desk/cards/next_appointment.html",
        context=appointment_cards.next_appointment,
        order=12,
    ),
    DashboardCard(
        key="portal.appointments_today",
        template="portal/desk/cards/appointments_today.html",
        context=appointment_cards.appointments_today,
        place="day",
        order=25,
    ),
    DashboardCard(
        key="portal.waiting_letters",
        template="portal/desk/cards/waiting_letters.html",
        context=desk_cards.waiting_letters,
        place="day",
        order=30,
    ),
    DashboardCard(
        key="portal.join_requests",
        template="portal/people/cards/join_requests.html",
        context=joining_cards.join_requests,
        place="day",
        order=35,
    ),
    DashboardCard(
        key="portal.papers_to_print",
        template="portal/people/papers/card.html",
        context=papers_cards.papers_to_print,
        place="day",
        order=36,
    ),
    DashboardCard(
        key="portal.erasures_to_answer",
        template="portal/privacy/cards/erasures.html",
        context=privacy_cards.erasures_to_answer,
        place="day",
        order=37,
    ),
    DashboardCard(
        key="portal.useful_numbers",
        template="portal/housing/cards/useful_numbers.html",
        context=housing_cards.useful_numbers,
        order=80,
    ),
    DashboardCard(
        key="portal.newcomers",
        template="portal/people/invitations/card.html",
        context=invitations_cards.newcomers_card,
        place="day",
        order=30,
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
        key="portal.pages_to_review",
        template="portal/pages/editing/review_card.html",
        context=editing_cards.pages_to_review,
        place="day",
        order=49,
    ),
    DashboardCard(
        key="portal.pages_to_look_after",
        template="portal/pages/editing/card.html",
        context=editing_cards.pages_to_look_after,
        place="day",
        order=51,
    ),
    DashboardCard(
        key="portal.resources",
        template="portal/pages/directory/cards/to_look_after.html",
        context=directory_cards.to_look_after,
        place="day",
        order=55,
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
    SearchSource(key="portal.actions", label=_("What you can do here"), find=find_actions, order=5),
    SearchSource(key="portal.pages", label=_("Guides and news"), find=find_pages, order=10),
)

register(
    PersonalData(
        key="portal.ConfidentialRead",
        export=access_privacy.export_reads,
        erase=access_privacy.keep_reads,
        stays=_("That something was opened, when and why, with a number in the place of your name."),
        retention=access_privacy.KEPT,
        expire=access_privacy.expire_reads,
        reason=_("Ten years, and nobody can change it: whoever looked has to answer for it that long."),
    ),
    PersonalData(
        key="portal.DataExport",
        export=privacy_privacy.export_exports,
        values={"state": privacy_privacy.said_state},
        erase=privacy_privacy.erase_exports,
        retention=privacy_privacy.EXPORT_LIFE,
        expire=privacy_privacy.expire_exports,
        reason=_("Seven days: time to take your copy, and no longer, because it holds everything."),
    ),
    PersonalData(
        key="portal.ErasureRequest",
        export=privacy_privacy.export_erasures,
        erase=privacy_privacy.keep_erasures,
        stays=_("That a number was to be forgotten: so that it is forgotten again if an old copy is used."),
        retention=privacy_privacy.ERASURES_KEPT,
        expire=privacy_privacy.expire_erasures,
        reason=_("Ten years: the agency has to be able to show that it did what was asked."),
    ),
    PersonalData(
        key="portal.User",
        title=_("Name, addresses and language"),
        export=people_privacy.export_person,
        erase=people_privacy.erase_person,
        stays=_("An entry without a name, because others refer to it."),
        retention=None,
        reason=_(
            "As long as the account. Afterwards an entry without a name stays, because others refer to it."
        ),
    ),
    PersonalData(
        key="mfa.Authenticator",
        title=_("Passkeys, apps and codes to sign in"),
        export=proof_privacy.export_factors,
        labels={"kind": _("What you sign in with")},
        values={"kind": proof_privacy.said_kind},
        erase=proof_privacy.erase_factors,
        retention=None,
        reason=_("As long as you sign in with it: you remove it yourself, and it goes with the account."),
    ),
    PersonalData(
        key="portal.Device",
        export=proof_privacy.export_devices,
        erase=proof_privacy.erase_devices,
        retention=years(1),
        expire=proof_privacy.expire_devices,
        reason=_("A year after it was last used: so long a device is not new to us, and nobody is alarmed."),
    ),
    PersonalData(
        key="portal.SignInSheet",
        export=papers_privacy.export_papers,
        erase=papers_privacy.erase_papers,
        retention=years(1),
        expire=papers_privacy.expire_papers,
        reason=_("One year: who printed a paper that opened an account, while it may be questioned."),
    ),
    PersonalData(
        key="portal.RoleGrant",
        export=people_privacy.export_roles,
        erase=people_privacy.erase_roles,
        against=people_privacy.roles_held,
        stays=_("That somebody held a role, from when to when."),
        retention=years(10),
        expire=people_privacy.expire_roles,
        reason=_("Ten years: who held which role, for as long as what they did may be questioned."),
    ),
    PersonalData(
        key="portal.Household",
        title=_("Names of households"),
        export=people_privacy.export_household_names,
        erase=people_privacy.erase_household_names,
        stays=_("The household's name, while somebody else of it is with us."),
        retention=years(2),
        expire=people_privacy.expire_household_names,
        reason=_(
            "The household keeps its name as long as somebody's membership or one of its contracts is kept."
        ),
    ),
    PersonalData(
        key="portal.HouseholdMember",
        title=_("Belonging to a household"),
        export=people_privacy.export_households,
        erase=people_privacy.erase_households,
        retention=years(2),
        expire=people_privacy.expire_households,
        reason=_("Two years: who lived together, until everything between them and the agency is settled."),
    ),
    PersonalData(
        key="portal.OrganizationMember",
        title=_("Belonging to an organization"),
        export=people_privacy.export_organizations,
        erase=people_privacy.erase_organizations,
        retention=years(2),
        expire=people_privacy.expire_organizations,
        reason=_("Two years: who acted for an organization, until what they arranged is done."),
    ),
    PersonalData(
        key="portal.Delegation",
        export=delegation_privacy.export_delegations,
        erase=delegation_privacy.erase_delegations,
        retention=delegation_privacy.RETENTION,
        expire=delegation_privacy.expire_delegations,
        reason=_(
            "Two years after it ended: who could act for whom, as long as what they did may be questioned."
        ),
    ),
    PersonalData(
        key="portal.DelegateCode",
        export=delegation_privacy.export_codes,
        erase=delegation_privacy.erase_codes,
        retention=timedelta(days=1),
        expire=delegation_privacy.expire_codes,
        reason=_("One day after it has run out."),
    ),
    PersonalData(
        key="portal.JoinRequest",
        export=joining_privacy.export_requests,
        erase=joining_privacy.erase_requests,
        retention=joining_privacy.RETENTION,
        expire=joining_privacy.expire_requests,
        reason=_("Two years after the decision; a request that was never confirmed, seven days."),
    ),
    PersonalData(
        key="portal.Contribution",
        export=contribution_privacy.export_contributions,
        labels={"proposed_on": _("Proposed on"), "title": _("Title")},
        erase=contribution_privacy.erase_contributions,
        stays=_("What your organization proposed and the agency has published."),
        retention=contribution_privacy.RETENTION,
        expire=contribution_privacy.expire_contributions,
        reason=_("Two years after the agency decided, so that your organization sees what became of it."),
    ),
    PersonalData(
        key="portal.Invitation",
        export=invitations_privacy.export_invitations,
        erase=invitations_privacy.erase_invitations,
        retention=invitations_privacy.RETENTION,
        expire=invitations_privacy.expire_invitations,
        reason=_("One year: when a letter was made and used, should somebody else have come in with it."),
    ),
    PersonalData(
        key="portal.NoticeAcceptance",
        export=invitations_privacy.export_notices,
        erase=invitations_privacy.erase_notices,
        retention=None,
        reason=_("As long as the account: which words about your data you were shown, and when."),
    ),
    PersonalData(
        key="portal.Tenancy",
        export=housing_privacy.export_tenancies,
        labels={"home": _("The home")},
        erase=housing_privacy.keep_tenancies,
        against=housing_privacy.tenancy_that_runs,
        stays=_("The contract of the home, which names nobody."),
        retention=years(10),
        expire=housing_privacy.expire_tenancies,
        reason=_("Ten years after leaving: the contract and its bookkeeping."),
    ),
    PersonalData(
        key="wagtailcore.Comment",
        title=_("Notes in the margin of pages"),
        export=pages_privacy.export_remarks,
        erase=pages_privacy.erase_remarks,
        stays=_("What you wrote in the agency's pages: it is the agency's text, and names you nowhere."),
        retention=None,
        reason=_("As long as the account: those who write the pages answer each other."),
    ),
    PersonalData(
        key="portal.Letter",
        export=desk_privacy.export_letters,
        files=desk_privacy.files_of_letters,
        labels={"from": _("From whom")},
        values={"from": desk_privacy.said_side, "written_by": desk_privacy.said_author},
        erase=desk_privacy.erase_letters,
        retention=desk_privacy.RETENTION,
        expire=desk_privacy.expire_letters,
        reason=_("Two years: so that you and the agency can look up what was asked and answered."),
    ),
    PersonalData(
        key="portal.Thread",
        export=desk_privacy.export_threads,
        erase=desk_privacy.erase_threads,
        retention=desk_privacy.RETENTION,
        expire=desk_privacy.expire_threads,
        reason=_("As long as one of its letters is kept."),
    ),
    PersonalData(
        key="portal.Appointment",
        title=_("Appointments at the desks"),
        export=appointment_privacy.export_appointments,
        labels={
            "receipt": _("Receipt number"),
            "starts_at": _("When"),
            "desk": _("Desk"),
            "topic": _("Topic"),
            "reason": _("Reason"),
            "language_spoken": _("Language"),
            "wants_interpreter": _("With an interpreter"),
            "booked_by_you_for_somebody": _("You booked it for somebody else"),
        },
        values={"language_spoken": appointment_privacy.said_language},
        erase=appointment_privacy.erase_appointments,
        retention=appointment_privacy.RETENTION,
        expire=appointment_privacy.expire_appointments,
        reason=_("One year after the day, also of those who have no account."),
    ),
    PersonalData(
        key="portal.WaitingPlace",
        title=_("Places on the waiting list"),
        export=appointment_privacy.export_waiting,
        labels={
            "desk": _("Desk"),
            "topic": _("Topic"),
            "reason": _("Reason"),
            "language_spoken": _("Language"),
            "wants_interpreter": _("With an interpreter"),
        },
        values={"language_spoken": appointment_privacy.said_language},
        erase=appointment_privacy.erase_waiting,
        retention=appointment_privacy.RETENTION,
        expire=appointment_privacy.expire_waiting,
        reason=_("One year after it ended."),
    ),
    PersonalData(
        key="portal.CounterShift",
        title=_("When you sit at which counter"),
        export=appointment_privacy.export_shifts,
        labels={
            "counter": _("Counter"),
            "desk": _("Desk"),
            "weekday": _("Day"),
            "languages": _("Languages"),
        },
        erase=appointment_privacy.erase_shifts,
        stays=_("That somebody sits at the counter on that day, and not who."),
        retention=None,
        reason=_("As long as you sit there: so that people find somebody who speaks their language."),
    ),
    PersonalData(
        key="portal.Photo",
        export=uploads_privacy.export_photos,
        files=uploads_privacy.files_of,
        erase=uploads_privacy.erase_photos,
        retention=uploads_privacy.DRAFT_LIFE,
        expire=uploads_privacy.expire_photos,
        reason=_("As long as what the photo is attached to; a photo that was never sent, seven days."),
    ),
    PersonalData(
        key="portal.VoiceNote",
        export=uploads_privacy.export_voice_notes,
        files=uploads_privacy.voices_of,
        labels={"says": _("What it says"), "seconds": _("Seconds")},
        erase=uploads_privacy.erase_voice_notes,
        retention=uploads_privacy.DRAFT_LIFE,
        expire=uploads_privacy.expire_voice_notes,
        reason=_("As long as what the voice note is attached to; one that was never sent, seven days."),
    ),
    PersonalData(
        key="portal.Notification",
        export=notifications_privacy.export_notifications,
        values={"not_sent_because": notifications_privacy.said_why_not},
        erase=notifications_privacy.erase_notifications,
        retention=notifications_privacy.RETENTION,
        expire=notifications_privacy.expire_notifications,
        reason=_("One year: by then the news is old, and what it was about has a history of its own."),
    ),
    PersonalData(
        key="portal.NotificationPreference",
        export=notifications_privacy.export_preferences,
        values={"about": notifications_privacy.said_subject},
        erase=notifications_privacy.erase_preferences,
        retention=None,
        reason=_("As long as the account: how you want to hear of news."),
    ),
    PersonalData(
        key="portal.NotificationTimes",
        export=notifications_privacy.export_times,
        values=dict.fromkeys(("quiet_from", "quiet_until", "once_a_day_at"), notifications_privacy.said_hour),
        erase=notifications_privacy.erase_times,
        retention=None,
        reason=_("As long as the account: when you want to hear of news."),
    ),
    PersonalData(
        key="portal.PushSubscription",
        export=device_privacy.export_devices,
        erase=device_privacy.erase_devices,
        retention=device_privacy.RETENTION,
        expire=device_privacy.expire_devices,
        reason=_("As long as the device stays signed in; what is left of one that does not, a day."),
    ),
    PersonalData(
        key="portal.Event",
        title=_("What was done in the portal"),
        export=events_privacy.export_events,
        values={"kind": events_privacy.said_kind, "done": events_privacy.said_who},
        erase=events_privacy.erase_events,
        stays=_("That something was done, and not by whom."),
        retention=None,
        reason=_("Other people's histories are made of the same facts; an erasure forgets who did them."),
    ),
    *EXEMPTIONS,
)

register(
    Schedule(key="portal.privacy.erasures", run=begin_due, every=timedelta(minutes=10)),
    Schedule(key="portal.privacy.erase_again", run=erase_again, every=timedelta(hours=1)),
    Schedule(key="portal.privacy.exports", run=sweep_exports, every=timedelta(hours=1)),
    # The dispatcher of a process that died between commit and dispatch wakes nobody: this one comes round.
    Schedule(key="portal.outbox", run=wake, every=timedelta(seconds=10)),
    Schedule(
        key="portal.notifications.due", run=notifications_schedules.hand_over, every=timedelta(minutes=1)
    ),
    Schedule(key="portal.delegations.over", run=delegation_news.end_what_is_over, every=timedelta(minutes=1)),
    Schedule(
        key="portal.delegations.addresses", run=delegation_privacy.forget_addresses, every=timedelta(days=1)
    ),
    Schedule(key="portal.appointments.remind", run=appointment_schedules.remind, every=timedelta(minutes=10)),
    Schedule(
        key="portal.appointments.offers", run=appointment_schedules.pass_offers_on, every=timedelta(minutes=1)
    ),
    Schedule(
        key="portal.appointments.closures",
        run=appointment_schedules.tell_closures,
        every=timedelta(minutes=5),
    ),
    Schedule(key="portal.ledger.heads", run=ledger_schedules.tell_heads, every=timedelta(days=1)),
    Schedule(key="portal.sealing.sweep", run=sweep, every=timedelta(days=1)),
    Schedule(key="portal.photos.orphans", run=uploads_schedules.purge_orphans, every=timedelta(days=7)),
    Schedule(
        key="portal.joining.unconfirmed", run=joining_privacy.forget_unconfirmed, every=timedelta(days=1)
    ),
    Schedule(key="portal.privacy.expire", run=expire_personal_data, every=timedelta(days=1)),
    Schedule(key="portal.privacy.sessions", run=delete_ended_sessions, every=timedelta(days=1)),
    Schedule(key="portal.privacy.task_results", run=delete_old_task_results, every=timedelta(days=1)),
    Schedule(key="portal.search.unmet", run=forget_outdated, every=timedelta(days=1)),
    Schedule(key="portal.resources.fresh", run=keep_directory_fresh, every=timedelta(days=1)),
    Schedule(key="portal.pages.scheduled", run=publish_and_expire, every=timedelta(minutes=1)),
    Schedule(key="portal.pages.remind", run=editing_schedules.remind, every=timedelta(days=1)),
    Schedule(key="portal.pages.links", run=editing_schedules.check_links, every=timedelta(hours=1)),
    Schedule(key="portal.pages.feedback", run=editing_schedules.forget_old_feedback, every=timedelta(days=1)),
)

register(
    DemoData(key="portal.privacy", load=privacy_demo.load, order=90),
    DemoData(key="portal.people", load=people_demo.load, personas=people_demo.PERSONAS, order=10),
    DemoData(key="portal.housing", load=housing_demo.load, order=20),
    DemoData(key="portal.delegations", load=people_demo.load_delegations, order=45),
    DemoData(key="portal.joining", load=joining_demo.load, order=21),
    DemoData(key="portal.desk", load=desk_demo.load, order=25),
    DemoData(key="portal.appointments", load=appointment_demo.load, order=28),
    DemoData(key="portal.pages", load=load_demo_pages, order=30),
    DemoData(key="portal.search", load=search_demo.load, order=31),
    DemoData(key="portal.pages.editing", load=editing_demo.load, order=39),
    DemoData(key="portal.invitations", load=invitations_demo.load, order=40),
    DemoData(key="portal.notifications", load=notifications_demo.load, order=95),  # of what plugins told
)

register(
    Indicator(
        key="portal.appointments_served",
        label=_("People received at the desks"),
        value=appointment_cards.served,
        order=40,
    ),
    Indicator(
        key="portal.appointments_missed",
        label=_("Appointments to which nobody came"),
        value=appointment_cards.missed,
        order=41,
    ),
)
