"""What a process of its own does in the rooms of mediations while the master key is rotated: `python -m …talking`.

It reads what was said and says more, by the ordinary verbs, and prints how many words it read and said.
"""

from __future__ import annotations

import sys
import uuid


def main(rounds: int) -> None:
    import django

    django.setup()
    from community.mediation.rooms import Room

    read = said = 0
    for number in range(rounds):
        for room in Room.objects.select_related("case", "party__person").exclude(party=None):
            read += len([word.text for word in room.words.select_related("room__case")])
            text = f"parola {number}"
            word = room.say(by=room.party.person, client_id=uuid.uuid4(), text=text)
            assert word.room.words.get(pk=word.pk).text == text
            said += 1
    print(read, said)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
