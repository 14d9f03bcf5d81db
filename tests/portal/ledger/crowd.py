"""What a process of its own does in the races for a journal. It imports Django only once that is set up."""

from __future__ import annotations

import random
from collections import Counter


def submit_twice(database, seed, count, outcomes):
    """Each of `count` exchanges sent twice; all processes send the same ones. Into `outcomes` how that went."""
    import django

    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = database
    from portal.ledger import LedgerBook

    tally, order = Counter(), list(range(count))
    draw = random.Random(seed)  # noqa: S311
    draw.shuffle(order)
    try:
        book = LedgerBook.named("tests.hours", unit="minutes")
        people = [book.account(f"person-{number}") for number in range(5)]
        for number in order:
            giver, receiver = people[number % 5], people[(number + 1 + number % 3) % 5]
            for _again in range(2):
                entry = book.post(
                    key=f"exchange-{number}",
                    kind="exchange",
                    # In either order, so that whoever locked accounts as they come would stand in another's way.
                    postings=draw.sample([(giver, 30 + number), (receiver, -30 - number)], 2),
                )
                tally[entry.number] += 1
    except Exception as error:
        tally[repr(error)] += 1
    finally:
        connections.close_all()
    outcomes.put(dict(tally))
