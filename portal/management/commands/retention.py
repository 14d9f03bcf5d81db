from django.core.management import BaseCommand
from django.utils import translation

from portal.privacy.retention import Due, due_now, lasts
from portal.privacy.schedules import NotAllExpired, expire_personal_data


def _count(due: Due) -> int | str:
    if due.failed:
        return "?"
    if due.is_untold:
        return "untold"
    return "-" if due.rows is None else due.rows


class Command(BaseCommand):
    help = (
        "Remove what is kept no longer, as the daily task does; with --dry-run only say how much it would be."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="delete nothing")

    def handle(self, *args, dry_run: bool, **options):
        if not dry_run:
            try:
                expire_personal_data()
            except NotAllExpired as error:
                raise SystemExit(f"Not all could be removed: {error}. The log says why.") from error
            return
        for due in due_now():
            with translation.override("en"):  # as all that commands say
                kept = lasts(due.data.retention) if due.data.retention else "as long as what it belongs to"
            self.stdout.write(f"{due.data.key:34} {_count(due)!s:>8}   {kept}")
        self.stdout.write("Nothing was deleted.")
