import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import BaseCommand, CommandError
from django.db import connection

from portal.management import archive, databases


class Command(BaseCommand):
    help = "Write the database and the media into one file, with a manifest of their sums."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="the directory (default: backups/ in PORTAL_VAR)")

    def handle(self, *args, to: Path | None = None, **options):
        if connection.vendor not in databases.FILES:
            raise CommandError(f"There is no backup for {connection.vendor}.")
        directory = to or Path(settings.VAR) / "backups"
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        made_at = datetime.now(UTC)
        path = directory / f"{made_at:%Y%m%dT%H%M%S.%fZ}.tar.gz"
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=directory) as work:
            # The database first: a photo is stored before the row that names it, so that none is missing.
            database = databases.save(Path(work))
            archive.write(path, _files(database), engine=connection.vendor, made_at=made_at.isoformat())
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
        for alias in settings.STORAGES:
            if alias != "staticfiles" and not isinstance(storages[alias], FileSystemStorage):
                self.stderr.write(f"Files of the storage '{alias}' lie elsewhere and are not in it.")


def _files(database: Path) -> Iterator[tuple[str, Path]]:
    yield f"database/{database.name}", database
    media = Path(settings.MEDIA_ROOT)
    exports = media / "private" / "exports"
    for file in sorted(media.rglob("*")):
        # A copy of somebody's data is made again when they ask: it is nothing to keep for years.
        if file.is_file() and not file.is_symlink() and exports not in file.parents:
            yield f"media/{file.relative_to(media).as_posix()}", file
