import signal
import threading

from django.core.checks import Tags
from django.core.management import BaseCommand

from portal.tasks.worker import WorkerThreads


class Command(BaseCommand):
    help = "Do the background work: tasks, schedules, and what a crash left in the outbox."

    def handle(self, *args, **options):
        self.check(tags=[Tags.database], databases=["default"])
        asked_to_stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: asked_to_stop.set())
        threads = WorkerThreads()
        threads.start()
        self.stdout.write("The worker is at work.")
        asked_to_stop.wait()
        threads.stop()
