"""The privacy notice says what the portal does. Whoever changes a figure here changes the words, and their version."""

import re
from datetime import timedelta

import pytest

from portal.extensions import PersonalData, find
from portal.people.invitations.models import NoticeAcceptance
from portal.people.invitations.notice import VERSION
from portal.privacy.models import TIME_TO_THINK
from portal.pwa.views import DAYS_KEPT
from portal.testing.factories import DeskFactory
from portal.ui.week import TO
from tests.harness import ROOT

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


def notice(client, language="en"):
    page = (
        client.get(f"/{language}/informativa/").content.decode().partition("<main")[2].partition("<footer")[0]
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize(
    ("words", "key", "years"),
    [
        ("News: one year.", "portal.Notification", 1),
        ("Messages with your caseworker: two years.", "portal.Letter", 2),
        ("Reports of things that were broken: five years.", "manutenzione.Ticket", 5),
        ("Contracts and accounts: ten years", "portal.Tenancy", 10),
        ("Who read your data, and who held which role: ten years", "portal.ConfidentialRead", 10),
        ("Who read your data, and who held which role: ten years", "portal.RoleGrant", 10),
    ],
    ids=["news", "messages", "reports", "contracts", "readings", "roles"],
)
def test_what_it_says_of_how_long_is_how_long(client, words, key, years):
    kept = find(PersonalData, key).retention

    assert words in notice(client)
    assert years * YEAR <= kept < years * YEAR + timedelta(days=5)  # leap years


def test_what_it_says_of_the_phone_and_of_second_thoughts_holds(client):
    page = notice(client)

    assert page.count("Seven days at most.") == 2
    assert DAYS_KEPT == 7
    assert "fourteen days to change your mind" in page
    assert timedelta(days=14) == TIME_TO_THINK
    assert "const WEEK = 7 * 24 * 3600 * 1000" in (ROOT / "portal/static/portal/draft.js").read_text()


def test_it_says_whom_to_ask_and_to_whom_one_can_complain(client, settings):
    settings.PORTAL_NAME = "Casa Nostra"
    DeskFactory(phone="02 0000 0101", address="via dei Tigli 2, Pero", open_on=[0])

    page = notice(client)

    for words in (
        "Casa Nostra, the housing agency, decides",
        "02 0000 0101",
        "via dei Tigli 2",
        f"Monday 9:00{TO}12:30",
    ):
        assert words in page
    assert 'href="https://www.garanteprivacy.it/"' in client.get("/ar/informativa/").content.decode()


def test_its_version_fits_where_it_is_noted():
    assert len(VERSION) <= NoticeAcceptance._meta.get_field("privacy_notice_version").max_length
