"""Migrations: one line an app, and as the models say (`makemigrations --check` runs as a stage of its own)."""

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.harness import PACKAGES

# wagtail-localize's first migration asks the database what has run when it is read.
pytestmark = pytest.mark.django_db


def test_no_app_has_two_ends():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert loader.detect_conflicts() == {}


def test_every_package_migrates_by_itself():
    """A plugin depends on the portal's migrations, never on another plugin's."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    plugins = set(PACKAGES) - {"portal"}
    for (app, name), migration in loader.disk_migrations.items():
        if app not in PACKAGES:
            continue
        asked = {dependency[0] for dependency in migration.dependencies}
        foreign = asked & plugins - {app}
        assert not foreign, f"{app}.{name} depends on {foreign}"
