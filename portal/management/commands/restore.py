import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import BaseCommand, CommandError
from django.db import connection

from portal.management import archive, databases


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
            "Everybody signs in anew. Roles taken, households left and people erased since then are back: do it again."
        )
        self.stdout.write(
            f"What was there before is in {before}: it holds people's data, delete it once all is well."
        )


def _exchange(media: Path, coming: Path, going: Path) -> None:
    """Put `coming` in the place of `media`, whose files go to `going`."""
    if media.exists():
        shutil.move(media, going)
    media.parent.mkdir(parents=True, exist_ok=True)
    if coming.exists():
        shutil.move(coming, media)
