"""Community's table of contents towards the portal."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import (
    DemoData,
    Exempt,
    NavigationItem,
    NeverDelegated,
    ObjectPanel,
    PersonalData,
    Role,
    register,
    urls,
)

from .conversations import demo as conversation_demo
from .conversations import events as conversation_events
from .conversations import live as conversation_topics
from .conversations import menus as conversation_menus
from .conversations import notifications as conversation_news
from .conversations import panels as conversation_panels
from .conversations import privacy as conversation_privacy
from .demo import load

urls("", "community.urls")

# -- mediation ---

register(
    Role(
        key="community.mediator",
        label=_("Mediator"),
        description=_("Helps neighbours to settle a quarrel, in confidence."),
        needs_second_factor=True,
        order=40,
    ),
    Role(
        key="community.mediation_coordinator",
        label=_("Coordinator of mediators"),
        description=_("Receives requests for mediation and finds a mediator without ties."),
        needs_second_factor=True,
        order=41,
    ),
    NeverDelegated(
        key="community.mediation",
        reason=_("In a mediation each person speaks for themselves."),
    ),
    DemoData(key="community.demo", load=load, order=40),
)

# -- safety ---

# -- conversations ---

register(*conversation_events.KINDS, *conversation_news.NOTIFICATIONS, *conversation_topics.TOPICS)

register(
    NavigationItem(
        key="community.conversations",
        label=_("Conversations"),
        url_name="community:conversations",
        icon="messages-square",
        place="account",
        visible=conversation_menus.takes_part,
        badge=conversation_menus.unread_count,
        topic="community.conversations:{user}",
        badge_url="portal:notifications_count",  # the counts of all bells, without the page and what reading it means
        order=60,
    ),
    ObjectPanel(
        key="community.conversation",
        models=("manutenzione.Ticket",),
        template="community/conversations/panel.html",
        context=conversation_panels.panel,
        order=10,
    ),
    PersonalData(
        key="community.Message",
        title=_("Your messages in conversations"),
        export=conversation_privacy.export_messages,
        labels={"edited_at": _("Changed on"), "deleted_at": _("Deleted on")},
        erase=conversation_privacy.erase_messages,
        stays=_("That a message stood there, and neither whose nor what it said."),
        retention=conversation_privacy.RETENTION,
        expire=conversation_privacy.expire_messages,
        reason=_(
            "As long as what the conversation is about, and at most two years after its last message: by then "
            "nobody comes back to it."
        ),
    ),
    PersonalData(
        key="community.ReadMark",
        title=_("How far you have read conversations"),
        export=conversation_privacy.export_marks,
        labels={"about": _("About"), "read_up_to": _("Read up to message"), "muted": _("No news of it")},
        erase=conversation_privacy.erase_marks,
        retention=None,
        reason=_("As long as the conversation: so that you are shown what is new."),
    ),
    Exempt(
        key="community.Conversation",
        reason="Says what is talked about, and counts. What people say and have read stands in Message and ReadMark.",
    ),
    DemoData(key="community.conversations.demo", load=conversation_demo.load, order=60),
)

# -- the time bank ---

# -- exchanges ---

# -- things ---
