"""The channels: whom each reaches, whether it is on before anybody has chosen, and the task that delivers by it.

A further one is a choice of Notification.Channel and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from portal.tasks.background import BackgroundTask

from . import mail, sms
from .models import Notification
from .push import channel as push

Channel = Notification.Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel. `task` takes the number of a Notification (see `delivery.deliver`); None, where nothing leaves.

    `by_contact` is one that goes to an address or a number, as messages do that are no news (`told_directly`).

    `reaches_among` answers for many people at once, by their numbers; to be given where asking each of them would ask
    the database each time.
    """

    channel: Channel
    reaches: Callable[[Any], bool]
    on_by_default: bool
    task: BackgroundTask | None = None
    by_contact: bool = False
    reaches_among: Callable[[Collection[Any]], Collection[int]] | None = None

    def reached(self, people: Collection[Any]) -> Collection[int]:
        """The numbers of those people whom it reaches."""
        if self.reaches_among is not None:
            return self.reaches_among(people)
        return {person.pk for person in people if self.reaches(person)}


# In the order in which they are offered; the first that reaches somebody is the one for what is urgent.
WAYS = (
    Way(channel=Channel.INBOX, reaches=lambda person: True, on_by_default=True),
    Way(
        channel=Channel.EMAIL,
        reaches=mail.reaches,
        on_by_default=True,
        task=mail.deliver_email,
        by_contact=True,
    ),
    Way(channel=Channel.SMS, reaches=sms.reaches, on_by_default=False, task=sms.deliver_sms, by_contact=True),
    Way(
        channel=Channel.PUSH,
        reaches=push.reaches,
        reaches_among=push.reaches_among,
        on_by_default=True,  # whoever has a device told of news has chosen it
        task=push.deliver_push,
    ),
)
OUTSIDE = tuple(way for way in WAYS if way.task is not None)
