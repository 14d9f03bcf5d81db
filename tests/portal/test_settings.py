"""What an installation starts with, and what keeps it from starting."""

import json
import os
import subprocess
import sys

import pytest

from tests.harness import ROOT
from tests.harness.__main__ import PRODUCTION

pytestmark = pytest.mark.once

TOLD = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in %r}))
"""


def start(code, environment, **changed):
    """A process of its own, because Django reads its settings once. `None` leaves a variable out."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        clean.pop(name, None)
    environment = {**clean, **environment, **changed}
    return subprocess.run(
        [sys.executable, *code],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def told(environment, *names, **changed):
    done = start(["-c", TOLD % (names,)], environment, **changed)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def embedded(tmp_path):
    return {"DJANGO_SETTINGS_MODULE": "portal.settings.embedded", "PORTAL_VAR": str(tmp_path / "var")}


# -- production ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["PORTAL_SECRET_KEY", "PORTAL_HOSTS", "PORTAL_FROM_EMAIL", "DATABASE_URL", "REDIS_URL"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_production_does_not_start_without_what_it_needs_and_names_it(name, value):
    done = start(["manage.py", "check"], PRODUCTION, **{name: value})
    assert done.returncode != 0
    assert f"Set {name}: production does not start without it" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_HOSTS", "*"),
        ("PORTAL_HOSTS", "portal.example, *"),
        ("PORTAL_HOSTS", " , "),
        ("PORTAL_SECRET_KEY", "secret"),
    ],
)
def test_nor_with_what_protects_nothing(name, value):
    done = start(["manage.py", "check"], PRODUCTION, **{name: value})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]
    assert "ImproperlyConfigured" in done.stderr


def test_production_refuses_the_demo():
    done = start(["manage.py", "check"], PRODUCTION, PORTAL_DEMO="1")
    assert done.returncode != 0
    assert "portal.C001" in done.stderr


def test_in_production_the_demos_door_is_shut_even_if_nobody_ran_the_checks():
    code = """
import django; django.setup()
from django.http import Http404
from django.test import RequestFactory
from portal.people.demo_door import demo_sign_in, persona_groups
try:
    demo_sign_in(RequestFactory().post("/demo/sign-in/", {"persona": "admin"}))
except Http404:
    print("shut", persona_groups())
"""
    assert start(["-c", code], PRODUCTION, PORTAL_DEMO="1").stdout == "shut []\n"


def test_in_production_cookies_and_pages_travel_encrypted_only():
    expected = {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "X_FRAME_OPTIONS": "DENY",
        "PASSWORD_HASHERS": ["portal.people.hashers.LeanArgon2PasswordHasher"],
        "SESSION_ENGINE": "django.contrib.sessions.backends.cached_db",
    }
    assert told(PRODUCTION, *expected) == expected


def test_hosts_may_be_written_with_spaces_and_with_all_below_a_name():
    assert told(
        PRODUCTION,
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "WAGTAILADMIN_BASE_URL",
        PORTAL_HOSTS="portal.example, .agency.example",
    ) == {
        "ALLOWED_HOSTS": ["portal.example", ".agency.example"],
        "CSRF_TRUSTED_ORIGINS": ["https://portal.example", "https://*.agency.example"],
        "WAGTAILADMIN_BASE_URL": "https://portal.example",
    }


# -- embedded ------------------------------------------------------------------------------------------------

COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_PROXY_SSL_HEADER")


def test_behind_a_proxy_with_tls_the_embedded_portals_cookies_travel_encrypted_only(embedded):
    secure = told(embedded, *COOKIES, PORTAL_BASE_URL="https://portal.example")
    assert secure == dict(zip(COOKIES, (True, True, ["HTTP_X_FORWARDED_PROTO", "https"]), strict=True))
    plain = told(embedded, *COOKIES)
    assert plain == dict(zip(COOKIES, (False, False, None), strict=True))


def test_behind_a_proxy_it_answers_to_its_own_names_only(embedded):
    real = {"PORTAL_BASE_URL": "https://portal.example"}
    refused = start(["manage.py", "check"], embedded, **real, PORTAL_HOSTS="*")
    assert "Set PORTAL_HOSTS to the names of this portal" in refused.stderr
    hosts = {"ALLOWED_HOSTS": ["portal.example"]}
    assert told(embedded, *hosts, **real, PORTAL_HOSTS="portal.example") == hosts


def test_the_embedded_portals_secret_is_made_once_and_is_its_own(embedded, tmp_path):
    first = told(embedded, "SECRET_KEY")["SECRET_KEY"]
    assert len(first) >= 50
    assert told(embedded, "SECRET_KEY")["SECRET_KEY"] == first
    assert told(embedded, "SECRET_KEY", PORTAL_VAR=str(tmp_path / "other"))["SECRET_KEY"] != first
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_nobody_else_on_the_machine_reads_it(embedded, tmp_path):
    told(embedded, "SECRET_KEY")
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0


def test_nor_where_something_else_made_the_directory(embedded, tmp_path):
    (tmp_path / "var").mkdir(mode=0o755)
    write = "import django; django.setup()\nfrom django.db import connection\nconnection.ensure_connection()"
    assert start(["-c", write], embedded).returncode == 0

    written = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "var").iterdir()}
    assert written.keys() >= {"secret", "portal.sqlite3"}
    assert set(written.values()) == {0}


def test_a_portal_that_is_started_nowhere_writes_nowhere(embedded):
    refused = start(["-c", "from portal.settings import base"], embedded, PORTAL_ROOT="/")
    assert "Set PORTAL_ROOT" in refused.stderr


def test_what_is_set_in_the_environment_counts_and_leaves_no_file(embedded, tmp_path):
    assert told(embedded, "SECRET_KEY", PORTAL_SECRET_KEY="of the operator") == {
        "SECRET_KEY": "of the operator"
    }
    assert list((tmp_path / "var").iterdir()) == []


def test_processes_that_start_at_the_same_moment_share_one_secret(embedded):
    code = [sys.executable, "-c", TOLD % (("SECRET_KEY",),)]
    running = [
        subprocess.Popen(code, cwd=ROOT, env={**os.environ, **embedded}, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in running}) == 1
