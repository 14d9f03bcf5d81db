"""The phone sends the same request twice at once: it is one case, and both are told of that one."""

import uuid

from community.mediation.models import Case
from portal.testing.factories import UserFactory


def test_two_identical_posts_at_once_are_one_case(races):
    amal = UserFactory()
    for _ in range(races.rounds):
        words = {"told": "Non si dorme.", "with_whom": "La vicina", "language": "it"}
        client_id = uuid.uuid4()

        def ask(client_id=client_id, words=words):
            return Case.ask(by=amal, client_id=client_id, **words).pk

        first, second = races.together(ask, ask)

        assert first == second
        assert Case.objects.get(client_id=client_id).parties.count() == 1
