"""What a process of its own does while the master key is rotated. It imports Django only once that is set up."""

from __future__ import annotations

from collections import Counter


def read_and_write(keys, numbers, rounds, outcomes):
    """Open and seal with each of those data keys, and make and destroy some; into `outcomes` how that went."""
    import django

    django.setup()
    from django.conf import settings

    settings.PORTAL_KEYS = keys
    from portal.sealing import KeyMissing, data_key, destroy_key, new_key

    tally, sealed = Counter(), {}
    try:
        for turn in range(rounds):
            for number in numbers:
                key = data_key(number)
                if number in sealed:
                    assert key.unseal(sealed[number], place=str(number)) == str(number).encode()
                    tally["opened"] += 1
                sealed[number] = key.seal(str(number).encode(), place=str(number))
            fresh = new_key()
            assert data_key(fresh).unseal(data_key(fresh).seal(b"new", place=""), place="") == b"new"
            tally["made"] += 1
            if turn % 2:
                destroy_key(fresh)
                try:
                    data_key(fresh)
                except KeyMissing:
                    tally["destroyed"] += 1
    except Exception as error:
        tally[repr(error)] += 1
    outcomes.put(dict(tally))
