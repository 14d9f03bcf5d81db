import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, transaction

from portal.extensions import DemoData, declared
from portal.people.models import User
from portal.sealing.keys import data_keys, destroy_key


class Command(BaseCommand):
    help = "Migrate and load the demo once; with --reset, throw the database and the files away first."

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true")

    def handle(self, *args, reset: bool = False, **options):
        if not settings.PORTAL_DEMO:
            raise CommandError("The demo loads only where PORTAL_DEMO=1 says that this is one.")
        if self._is_somebodys():
            raise CommandError(
                "People who are no part of the demo are registered here, and the demo lets anybody in as "
                "administrator: load it elsewhere (PORTAL_VAR names another place). Nothing was changed."
            )
        if reset:
            self._reset()
        call_command("migrate", verbosity=0)
        if User.objects.filter(username__startswith="demo.").exists():
            self.stdout.write("The demo is there already.")
            return
        # Half a demo would pass for a whole one at the next start.
        with transaction.atomic():
            for data in declared(DemoData):
                self.stdout.write(f"Loading {data.key} …")
                data.load()
        self.stdout.write(self.style.SUCCESS("The demo is ready."))

    def _is_somebodys(self) -> bool:
        """Whether it is an installation with people: whoever was registered beside the demo goes with the demo."""
        if User._meta.db_table not in connection.introspection.table_names():
            return False
        return User.objects.exists() and not User.objects.filter(username__startswith="demo.").exists()

    def _reset(self) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("--reset is for the embedded database: on PostgreSQL, create an empty one.")
        connection.close()
        database = Path(connection.settings_dict["NAME"])
        for file in (database, *database.parent.glob(f"{database.name}-*")):
            file.unlink(missing_ok=True)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        for key in list(data_keys()):
            destroy_key(key)  # of what was told in the database that is gone
