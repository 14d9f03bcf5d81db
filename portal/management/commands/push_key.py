from django.core.management import BaseCommand

from portal.notifications.push.vapid import new_key


class Command(BaseCommand):
    help = "Print a new key for PORTAL_VAPID_PRIVATE_KEY. It is kept nowhere."

    # Whoever sets an installation up has no database yet.
    requires_system_checks = ()

    def handle(self, *args, **options):
        self.stdout.write(new_key())
