"""Too old, altered, used, taken back, somebody else's: one answer, at one cost."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.people.invitations.codes import new_code
from portal.people.invitations.first_sign_in import CODES_TRIED
from portal.people.invitations.models import LIFE, Invitation
from portal.testing.factories import DeskFactory
from portal.ui.week import TO
from tests.harness.medians import differ_by
from tests.portal.people.doors import who

from .letters import letter_for, newcomer, scan

pytestmark = pytest.mark.django_db


def too_old():
    invitation, code = letter_for(newcomer())
    past = timezone.now() - timedelta(hours=73)
    Invitation.objects.filter(pk=invitation.pk).update(issued_at=past, expires_at=past + LIFE)
    return code


def used():
    invitation, code = letter_for(newcomer())
    invitation.accept(name="Nadia Salem", language="it")
    return code


def taken_back():
    invitation, code = letter_for(newcomer())
    invitation.revoke(by=None)
    return code


def of_a_closed_account():
    invitation, code = letter_for(newcomer())
    invitation.person.close_account(by=None)
    return code


def altered():
    _invitation, code = letter_for(newcomer())
    return ("0" if code[0] != "0" else "1") + code[1:]


KNOWN = [too_old, used, taken_back, of_a_closed_account]
BAD = {
    "altered": altered,
    "one letter": lambda: "A",
    "of another house": lambda: "https://elsewhere.example/#" + new_code(),
    "a digest": lambda: "0" * 64,
    "ten thousand letters": lambda: "A" * 10_000,
    "emoji": lambda: "🌻" * 7,
    "markup": lambda: '"><script>alert(1)</script>',
    **{make.__name__: make for make in KNOWN},
}


def cost(client, code):
    """(queries, status, the page without its tokens and the code) of one attempt."""
    visitor = type(client)()
    visitor.get("/benvenuto/")
    with CaptureQueriesContext(connection) as queries:
        answer = scan(visitor, code)
    shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"].split("(")[0]) for query in queries]
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    page = re.sub(r'name="code" value="[^"]*"', "", page)
    return shapes, answer.status_code, page, who(visitor)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_one_answer_at_one_cost(client, bad):
    unknown = cost(client, new_code())
    assert sum("portal_invitation" in query for query in unknown[0]) == 1
    assert unknown[1] == 422
    assert cost(client, bad()) == unknown


def test_what_was_typed_still_stands_there(client):
    page = scan(client, "7KQ2 M0XA WRONG").content.decode()
    assert 'value="7KQ2 M0XA WRONG"' in page


@pytest.mark.parametrize("code", ["", "   ", "7KQ2\x00M0XA"], ids=["nothing", "blanks", "nul"])
def test_what_can_be_no_code_is_said_at_the_field(client, code):
    page = scan(client, code)
    assert page.status_code == 422
    assert "field--wrong" in page.content.decode()


def test_it_says_whom_to_call(client):
    DeskFactory(phone="02 0000 0101", open_on=[0, 1, 2])
    page = scan(client, new_code()).content.decode()
    assert "02 0000 0101" in page
    assert f"lunedì–mercoledì 9:00{TO}12:30" in page


def test_whoever_guesses_a_thousand_times_locks_out_nobody_else(client):
    allowed = int(CODES_TRIED.partition("/")[0])
    statuses = [scan(client, new_code()).status_code for _try in range(allowed + 3)]
    assert set(statuses[:allowed]) == {422}
    assert set(statuses[allowed:]) == {429}
    _invitation, code = letter_for(newcomer())
    other = type(client)(REMOTE_ADDR="198.51.100.7")
    assert scan(other, code).headers["Location"] == "/benvenuto/lingua/"


def test_forged_addresses_of_a_client_count_as_one(client):
    allowed = int(CODES_TRIED.partition("/")[0])
    for place in range(allowed):
        scan(client, new_code(), HTTP_X_FORWARDED_FOR=f"198.51.100.{place}")
    assert scan(client, new_code(), HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 429


def test_a_forged_host_is_refused(client):
    assert scan(client, new_code(), HTTP_HOST="evil.example").status_code == 400


def test_good_letters_are_not_counted(client):
    """A whole house may come in from one network in one evening."""
    allowed = int(CODES_TRIED.partition("/")[0])
    _invitation, code = letter_for(newcomer())
    assert {scan(type(client)(), code).status_code for _time in range(allowed + 3)} == {302}


def test_no_code_is_written_to_a_log(client, caplog):
    _invitation, code = letter_for(newcomer())
    scan(client, code)
    scan(client, new_code())
    assert code not in caplog.text


@pytest.mark.soak
@pytest.mark.parametrize("known", KNOWN, ids=lambda make: make.__name__)
def test_the_time_it_takes_tells_nothing(client, known):
    """Medians of 50 attempts each, by turns."""
    code = known()

    def with_(make):
        def ready():
            cache.clear()  # of the limits
            visitor, typed = type(client)(), make()
            return lambda: scan(visitor, typed)

        return ready

    assert differ_by(with_(lambda: code), with_(new_code)) < 0.10
