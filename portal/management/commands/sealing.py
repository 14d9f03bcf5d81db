from __future__ import annotations

from collections import Counter

from django.core.management import BaseCommand, CommandError

from portal.sealing import masters
from portal.sealing.cells import Unreadable
from portal.sealing.keys import KeyMissing, data_key, data_keys, master_of
from portal.sealing.masters import NoMasterKey
from portal.sealing.rotation import rotate
from portal.sealing.sweeping import sweep


class Command(BaseCommand):
    help = (
        "Say how many data keys there are and whether they open; with --rotate put a new master key in the place of "
        "the old one, while the portal runs; with --sweep destroy those that nothing in the database names, however "
        "many they are."
    )

    # A fresh installation makes its first master key with this, and has none yet.
    requires_system_checks = ()

    def add_arguments(self, parser):
        either = parser.add_mutually_exclusive_group()
        either.add_argument(
            "--rotate", action="store_true", help="draw a new master key and forget those before it"
        )
        either.add_argument(
            "--sweep", action="store_true", help="destroy the keys older than a day that are named nowhere"
        )

    def handle(self, *args, rotate: bool = False, **options):
        if options["sweep"]:
            self.stdout.write(f"{sweep(most=None)} data keys destroyed that nothing named.")
            return
        unreadable = self._rotate() if rotate else self._look()
        if unreadable:
            raise CommandError(
                f"{len(unreadable)} data keys do not open: {', '.join(sorted(unreadable))}. The master keys before the "
                "newest are kept. Put the line of the master that wrapped them back at the top of the file "
                "(docs/operations.md)."
            )

    def _rotate(self) -> set[str]:
        total = sum(1 for _key in data_keys())

        def progress(wrapped: int) -> None:
            if wrapped and wrapped % 1000 == 0:
                self.stdout.write(f"{wrapped} of {total} …")

        done = rotate(progress)
        self.stdout.write(f"{done.wrapped} data keys wrapped anew; the master key is {masters.newest()}.")
        return done.unreadable

    def _look(self) -> set[str]:
        try:
            newest = masters.newest()
        except NoMasterKey as error:
            raise CommandError(str(error)) from None
        wrapped_by: Counter[str] = Counter()
        unreadable = set()
        for key_id in data_keys():
            try:
                wrapped_by[master_of(key_id)] += 1
                data_key(key_id)
            except Unreadable:
                unreadable.add(str(key_id))
            except KeyMissing:
                continue  # destroyed while we look
        for name in masters.masters():
            newer = " (wraps)" if name == newest else ""
            self.stdout.write(f"master {name}{newer}: {wrapped_by.pop(name, 0)} data keys")
        return unreadable
