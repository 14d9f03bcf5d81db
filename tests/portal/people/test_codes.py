"""A code that proves a contact: bound to what it is for, read in any digits, tried five times."""

import pytest
import time_machine
from django import forms
from django.core.cache import cache
from django.utils import translation

from portal.people.codes import (
    DIGITS,
    EMAIL,
    LIFE,
    PHONE,
    TRIES,
    CodeField,
    CodeOnItsWay,
    CodeSpent,
    digest,
    in_our_digits,
    mail_with,
    new_code,
    plain_digits,
    readable,
    text_with,
)

ADDRESS = "anna@abitare.example"
KIND = CodeOnItsWay("tests")


@pytest.fixture
def request_(rf):
    request = rf.get("/")
    request.session = Session()
    return request


class Session(dict):
    modified = False


def with_the_session_of(rf, request):
    """Another request of the same session that has come at the same moment: it sees what that one saw."""
    other = rf.get("/")
    other.session = Session({key: dict(value) for key, value in request.session.items()})
    return other


def wrong(code):
    return f"{(int(code) + 1) % 10**DIGITS:0{DIGITS}}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1234-5678", "12345678"),
        (" 12 34 56 78 ", "12345678"),
        ("١٢٣٤-٥٦٧٨", "12345678"),
        ("۱۲۳۴۵۶۷۸", "12345678"),
        ("१२३४५६७८", "12345678"),
        ("code: 1234", "1234"),
        ("", ""),
        ("é\x00-", ""),
    ],
    ids=["dash", "blanks", "arabic", "persian", "hindi", "words", "nothing", "no digit"],
)
def test_digits_of_any_script(written, read):
    assert plain_digits(written) == read


def test_what_is_no_digit_stays_where_a_text_is_read():
    assert in_our_digits("Via Roma ٤٢, +٣٩") == "Via Roma 42, +39"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "required"),
        ("-", "required"),
        ("123", "invalid"),
        ("1" * 10_000, "invalid"),
        ("\x00", "required"),
    ],
    ids=["nothing", "dash", "short", "long", "nul"],
)
def test_what_is_no_code_is_said_to_be_none(typed, error):
    with pytest.raises(forms.ValidationError) as said:
        CodeField().clean(typed)
    assert said.value.code == error


def test_codes_keep_their_leading_zeros(monkeypatch):
    monkeypatch.setattr("secrets.randbelow", lambda below: 42)
    assert new_code() == "00000042"
    assert readable(new_code()) == "0000-0042"


def test_the_digest_is_of_this_code_for_this_purpose_at_this_contact():
    same = digest("a", ADDRESS, "1", "1234-5678")
    assert same == digest("a", ADDRESS, "1", "12345678")
    others = [
        digest("b", ADDRESS, "1", "12345678"),
        digest("a", "other@abitare.example", "1", "12345678"),
        digest("a", ADDRESS, "2", "12345678"),
        digest("a", ADDRESS, "1", "12345679"),
    ]
    assert same not in others
    assert "12345678" not in same


def test_a_code_for_one_thing_does_nothing_for_another(request_):
    code = KIND.begin(request_, EMAIL, ADDRESS)
    other = CodeOnItsWay("another")
    with pytest.raises(CodeSpent):
        other.is_right(request_, code)
    other.begin(request_, EMAIL, ADDRESS)
    request_.session[other.key]["digest"] = request_.session[KIND.key]["digest"]
    request_.session[other.key]["number"] = request_.session[KIND.key]["number"]
    assert not other.is_right(request_, code)


def test_a_contact_that_was_changed_meanwhile_is_not_confirmed(request_):
    """Not even by whoever could write into the session."""
    code = KIND.begin(request_, PHONE, "+390200000111")
    request_.session[KIND.key]["contact"] = "+390200000222"
    assert not KIND.is_right(request_, code)


def test_it_is_right_once(request_):
    code = KIND.begin(request_, EMAIL, ADDRESS)
    assert KIND.goes_to(request_) == (EMAIL, ADDRESS)
    assert KIND.is_right(request_, readable(code))
    assert KIND.goes_to(request_) is None
    with pytest.raises(CodeSpent):
        KIND.is_right(request_, code)


@pytest.mark.parametrize("typed", ["", "00000000", "-"])
def test_of_what_was_never_sent_there_is_nothing_to_guess(request_, typed):
    code = KIND.begin(request_, EMAIL, ADDRESS, is_sent=False)
    assert not KIND.is_right(request_, typed)
    assert not KIND.is_right(request_, code)


def test_five_tries_though_a_day_ends_between_them(request_):
    with time_machine.travel("2026-11-23 23:59:50Z", tick=False) as clock:
        code = KIND.begin(request_, EMAIL, ADDRESS)
        for _try in range(TRIES - 1):
            assert not KIND.is_right(request_, wrong(code))
            clock.shift(5)
        for typed in (wrong(code), code):
            with pytest.raises(CodeSpent):
                KIND.is_right(request_, typed)


def test_the_fifth_try_may_be_the_right_one(request_):
    code = KIND.begin(request_, EMAIL, ADDRESS)
    for _try in range(TRIES - 1):
        assert not KIND.is_right(request_, wrong(code))
    assert KIND.is_right(request_, code)


def test_five_tries_though_the_session_is_played_back(rf, request_):
    code = KIND.begin(request_, EMAIL, ADDRESS)
    for _try in range(TRIES - 1):
        assert not KIND.is_right(with_the_session_of(rf, request_), wrong(code))
    for typed in (wrong(code), code):
        with pytest.raises(CodeSpent):
            KIND.is_right(with_the_session_of(rf, request_), typed)


def test_five_tries_though_the_cache_forgets(request_):
    code = KIND.begin(request_, EMAIL, ADDRESS)
    for _try in range(TRIES - 1):
        assert not KIND.is_right(request_, wrong(code))
        cache.clear()
    for typed in (wrong(code), code):
        with pytest.raises(CodeSpent):
            KIND.is_right(request_, typed)


def test_of_twenty_tries_at_once_five_are_heard(rf, request_, races):
    code = KIND.begin(request_, EMAIL, ADDRESS)
    tries = [with_the_session_of(rf, request_) for _try in range(20)]
    outcomes = races.together(*[lambda r=r: KIND.is_right(r, wrong(code)) for r in tries])
    # The fifth that is heard spends the code, and says so.
    assert sum(outcome is False for outcome in outcomes) == TRIES - 1, outcomes
    assert sum(isinstance(outcome, CodeSpent) for outcome in outcomes) == 16


def test_ten_minutes(request_):
    with time_machine.travel("2026-11-23 09:00Z", tick=False) as clock:
        code = KIND.begin(request_, EMAIL, ADDRESS)
        clock.shift(LIFE)
        assert not KIND.is_alive(request_)
        with pytest.raises(CodeSpent):
            KIND.is_right(request_, code)


@pytest.mark.parametrize("language", ["en", "it", "ar"])
def test_the_subject_and_the_session_hold_no_code_and_a_text_message_no_link(language, request_):
    with translation.override(language):
        code = KIND.begin(request_, EMAIL, ADDRESS)
        subject, text = mail_with(code)
        short = text_with(code)
    assert readable(code) in text
    assert readable(code) in short
    assert not set(plain_digits(subject))
    assert "http" not in short
    assert code not in str(request_.session)
