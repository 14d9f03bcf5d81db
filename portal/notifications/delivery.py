"""What all channels that leave the portal share: when a delivery begins, whether it still should, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from portal.tasks.mail import NotSent

from .models import Notification
from .times import NotificationTimes

# Over a day: a mail server may be away for as long.
ATTEMPTS = 16


class NotNeeded(Exception):
    """A channel will not send this one. `why` is one of Notification.Dropped."""

    def __init__(self, why: Notification.Dropped) -> None:
        super().__init__(why)
        self.why = why


def deliver(
    notification_id: int, *, reaches: Callable[[Any], bool], send: Callable[[Notification, int], None]
) -> None:
    """Send one notification by its channel, exactly once as far as we can know. What a channel's task calls.

    `send(notification, news)` hands it to whoever takes it, and says how much news there is and not which: `news` is
    the number of notifications that go out together. It raises NotSent, and the task is tried again.

    A worker killed between the acceptance and our row sends it again, under the same number (`message_id`,
    `reference`). No transaction is open while a server takes its time: nobody else would write on SQLite meanwhile.
    """
    row = Notification.objects.filter(pk=notification_id).open().to_deliver().first()
    if row is None:
        return
    together = [row, *row.carried.open().to_deliver()]
    reasons = [_reason_to_drop(one, reaches) for one in together]
    for one, why in zip(together[1:], reasons[1:], strict=True):
        if why:
            one.drop(why)
    if all(reasons):
        row.drop(reasons[0])
        return
    if not row.is_urgent and (until := NotificationTimes.of(row.person).end_of_quiet(timezone.now())):
        # A server that was away in the evening takes it again at night, when nobody wants to be woken.
        row.hold(until)
        return
    if not row.begin_attempt():
        return
    try:
        send(row, reasons.count(""))
    except NotNeeded as reason:
        row.drop(reason.why)
    except NotSent as failure:
        row.attempt_failed(str(failure))
        raise
    else:
        row.attempt_succeeded()


def _reason_to_drop(row: Notification, reaches: Callable[[Any], bool]) -> str:
    return row.reason_to_drop() or ("" if reaches(row.person) else Notification.Dropped.UNREACHABLE)
