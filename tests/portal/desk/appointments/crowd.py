"""What a process of its own does in the race for times. It imports Django only once that is set up."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta


def free_times(desk, topic, days):
    """Beginnings of the coming days at which the desk is open, every quarter-hour of them."""
    from django.utils import timezone

    from portal.desk.appointments.slots import Diary

    first = timezone.localdate() + timedelta(days=2)
    diary = Diary(desk, first, first + timedelta(days=days))
    every = {q for number in range(days) for q in diary.open_quarters(first + timedelta(days=number))}
    return sorted(every & {q - topic.quarters + 1 for q in every})


def book_many(database, desk_pk, topic_pk, seed, count, outcomes):
    """As many bookings as fall to it, at times drawn at random, and some moves; into `outcomes` how they went."""
    import django

    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = database
    from portal.desk.appointments.counters import AppointmentTopic
    from portal.desk.appointments.models import NotBookable
    from portal.desk.models import Desk

    from .town import book

    tally, mine = Counter(), []
    try:
        desk, topic = Desk.objects.get(pk=desk_pk), AppointmentTopic.objects.get(pk=topic_pk)
        times, draw = free_times(desk, topic, 20), random.Random(seed)  # noqa: S311
        for _booking in range(count):
            try:
                mine.append(book(desk, topic, draw.choice(times)))
                tally["booked"] += 1
                if draw.random() < 0.2:
                    draw.choice(mine).move(draw.choice(times))
                    tally["moved"] += 1
            except NotBookable as refused:
                tally[refused.code] += 1
            except Exception as error:
                tally[type(error).__name__] += 1
        connections.close_all()
    except Exception as error:
        tally[repr(error)] += 1
    outcomes.put(dict(tally))
