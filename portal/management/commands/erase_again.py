from django.core.management import BaseCommand

from portal.privacy.erasing import erase_again


class Command(BaseCommand):
    help = "After a restore: erase whoever had been erased and is back with the backup. `restore` does it by itself."

    def handle(self, *args, **options):
        count = erase_again()
        self.stdout.write(f"Erased again: {count}.")
