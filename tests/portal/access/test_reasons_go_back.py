"""The reasons of readings are taken back a version and forward again, with what was written down meanwhile."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.access import log_read
from portal.access.models import ConfidentialRead
from portal.testing.factories import UserFactory

BEFORE = [("portal", "0014_push_subscriptions")]


def migrated(targets=None):
    """To there, or to the end."""
    executor = MigrationExecutor(connection)
    return executor.migrate(targets or executor.loader.graph.leaf_nodes()).apps


def test_what_was_read_to_answer_is_kept_when_the_version_before_comes_back(committed_db):
    reader, tenant = UserFactory(roles=["portal.caseworker"]), UserFactory()
    answered, supported = (
        log_read(reader, tenant, about=tenant, reason=reason)[0].pk for reason in ("answer", "support")
    )

    then = migrated(BEFORE).get_model("portal", "ConfidentialRead")
    assert dict(then.objects.values_list("pk", "reason")) == {answered: "asked", supported: "support"}
    assert ConfidentialRead.append_only.missing() == []

    migrated()
    assert dict(ConfidentialRead.objects.values_list("pk", "reason")) == {
        answered: "asked",
        supported: "support",
    }
    assert ConfidentialRead.append_only.missing() == []
