"""Late is late on the ticket and in the list alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from manutenzione.testing import ticket_in
from manutenzione.tickets.models import Ticket
from manutenzione.tickets.words import State

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("answer", [-HOUR, HOUR, None])
@pytest.mark.parametrize("done", [-HOUR, HOUR, None])
def test_the_list_and_the_ticket_agree(state, answer, done):
    ticket, now = ticket_in(state), timezone.now()
    ticket.due_first_answer = answer and now + answer
    ticket.due_done = done and now + done
    ticket.save()

    late = (state == State.SUBMITTED and answer == -HOUR) or (
        state in {State.SUBMITTED, State.TRIAGED} and done == -HOUR
    )

    assert ticket.is_overdue is late
    assert Ticket.objects.overdue().exists() is late
