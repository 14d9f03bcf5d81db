import contextlib
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from portal.management import archive, databases
from portal.privacy import erasing


class Command(BaseCommand):
    help = "Put a backup back whole. What was there before is kept aside. Stop the portal first."

    # A portal that is broken is the one to be restored.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        var = Path(settings.VAR)
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=var) as work:
            unpacked = Path(work)
            try:
                manifest = archive.unpack(file, unpacked)
            except archive.DamagedArchive as error:
                raise CommandError(f"{file} is damaged: {error}. Nothing was changed.") from error
            if manifest.get("engine") != connection.vendor:
                raise CommandError(
                    f"{file} was made on {manifest.get('engine')}, this portal runs on {connection.vendor}. "
                    "Nothing was changed."
                )
            database = unpacked / "database" / databases.FILES[connection.vendor]
            databases.check(database)
            # Sessions are remembered there as well, and those of a portal that is put back have ended.
            for alias in settings.CACHES:
                caches[alias].clear()
            _note_the_erased()
            before = var / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
            before.mkdir(mode=0o700)
            databases.save(before)
            media = Path(settings.MEDIA_ROOT)
            restored = unpacked / "media"
            restored.mkdir(exist_ok=True)
            _exchange(media, restored, before / "media")
            try:
                databases.put(database)
            except BaseException:
                _exchange(media, before / "media", restored)
                raise
        self.stdout.write(f"Restored the backup of {manifest['made_at']}.")
        self.stdout.write(
            "Everybody signs in anew. Roles taken and households left since then are back: do it again."
        )
        self._erase_again()
        self.stdout.write(
            f"What was there before is in {before}: it holds people's data, delete it once all is well."
        )

    def _erase_again(self) -> None:
        """Whoever was erased since the backup was made is in it: not for longer than this command takes."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(
                "The backup is of an older version. Run migrate, then erase_again, before you open the door: people "
                "who were erased since then are back."
            )
            return
        call_command("erase_again", stdout=self.stdout)


def _note_the_erased() -> None:
    """From the database that is about to go; one that is broken, empty or older than the list has nothing to add."""
    with contextlib.suppress(DatabaseError):
        erasing.note_those_of_database()


def _exchange(media: Path, coming: Path, going: Path) -> None:
    """Put `coming` in the place of `media`, whose files go to `going`."""
    if media.exists():
        shutil.move(media, going)
    media.parent.mkdir(parents=True, exist_ok=True)
    if coming.exists():
        shutil.move(coming, media)
