"""The portal stands alone, with each plugin, with all of them, and with one that it has never seen."""

import os
import subprocess
import sys

import pytest

from tests.harness import ROOT
from tests.harness.once import made_once

pytestmark = pytest.mark.once

PLUGINS = ["community", "manutenzione", "risparmio"]
SITES = {
    **{plugin: [plugin] for plugin in PLUGINS},
    "all": PLUGINS,
    "a stranger": ["tests.dummy_plugin"],
}


def run(plugins, *command):
    # Always SQLite: the database of the suite must not see half of the portal's tables.
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
    }
    environment |= {"PORTAL_PLUGINS": ",".join(plugins), "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The database of a portal without a plugin, migrated from nothing."""
    return made_once(
        tmp_path_factory, "alone", lambda path: run([], "-m", "tests.sites.visit", str(path), "keep")
    )


def test_the_portal_stands_alone(alone):
    assert "seen /casa/" in run([], "-m", "tests.sites.visit", str(alone))


@pytest.mark.parametrize("plugins", SITES.values(), ids=SITES.keys())
def test_plugins_come_to_a_portal_that_stood_alone(alone, plugins):
    assert "seen /casa/" in run(plugins, "-m", "tests.sites.visit", str(alone))


def test_the_plugin_of_the_tutorial_passes_its_own_tests():
    # On a database that has its tables: the harness's template is made with the portal's own plugins.
    harness = ("tests.harness.database", "tests.harness.browsing")
    without = [argument for name in harness for argument in ("-p", f"no:{name}")]

    assert " passed" in run(
        ["tests.dummy_plugin"], "-m", "pytest", "-q", *without, "tests/dummy_plugin/tests.py"
    )
