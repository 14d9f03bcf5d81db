"""A site of its own on the installed packages: its settings, its templates, its files, and no checkout."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.harness import PACKAGES, ROOT

pytestmark = pytest.mark.once

SETTINGS = """
from portal.settings.base import *

SECRET_KEY = "of the site, and long enough that nobody guesses it: 0123456789"
ALLOWED_HOSTS = ["testserver"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ROOT / "site.sqlite3"}}
DATABASES["default"]["OPTIONS"] = {"init_command": "PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
"""
VISIT = """
import django; django.setup()
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.management import call_command
from django.test import Client

call_command("check", fail_level="WARNING")
call_command("migrate", verbosity=0)
print("media:", settings.MEDIA_ROOT)
print("layer:", type(get_channel_layer()).__name__)
for path in ("/", "/account/login/", "/nothing/here/"):
    answer = Client().get(path)
    print(path, answer.status_code, "ours" if "Questa casa non c'è" in answer.content.decode() else "the portal's")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The packages as a wheel leaves them: beside them lies nothing of the repository."""
    place = tmp_path_factory.mktemp("site-packages")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, place / package, ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.fixture
def site(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "404.html").write_text("<h1>Questa casa non c'è</h1>")
    (tmp_path / "agenzia.py").write_text(SETTINGS)
    return tmp_path


def run(installed, site, started_in, **variables):
    # Migrated from nothing once: where a site's files are has no bearing on it.
    migrated, database = installed / "migrated.sqlite3", site / "site.sqlite3"
    if migrated.exists():
        shutil.copyfile(migrated, database)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PORTAL_") and name not in {"DATABASE_URL", "REDIS_URL"}
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "agenzia", "PYTHONPATH": f"{site}{os.pathsep}{installed}"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", VISIT],
        cwd=started_in,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    shutil.copyfile(database, migrated)
    return done.stdout


@pytest.mark.parametrize("named", [False, True], ids=["started in it", "named by PORTAL_ROOT"])
def test_a_site_outside_the_repository_has_its_own_templates_and_files(
    installed, site, tmp_path_factory, named
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    told = (
        run(installed, site, elsewhere, PORTAL_ROOT=str(site)) if named else run(installed, site, site)
    ).splitlines()

    assert f"media: {site / 'var' / 'media'}" in told
    assert "layer: InMemoryChannelLayer" in told
    assert {"/ 200 the portal's", "/account/login/ 200 the portal's", "/nothing/here/ 404 ours"} <= set(told)
