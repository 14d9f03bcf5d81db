"""Whatever is asked of a journal, in whatever order: it sums to zero, has one entry a key, and replays."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.ledger import AlreadyReversed, KeyTaken, LedgerBook, LedgerEntry, LimitReached, verify
from tests.harness.races import size

pytestmark = pytest.mark.django_db

PEOPLE = ("anna", "bruno", "carla", "pot")
LOWEST, HIGHEST = -600, 1200
KEYS = st.integers(0, 12).map("k{}".format)
MINUTES = st.integers(1, 24).map(lambda half_hours: 30 * half_hours)
PAIRS = st.permutations(PEOPLE).map(lambda people: tuple(people[:2]))


class Journal(RuleBasedStateMachine):
    """The journal beside a model of it: balances in a dictionary, bodies by key."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.book = LedgerBook.named("tests.machine", unit="minutes")
        self.accounts = {
            name: self.book.account(name)
            if name == "pot"
            else self.book.account(name, lowest=LOWEST, highest=HIGHEST)
            for name in PEOPLE
        }
        self.balances = dict.fromkeys(PEOPLE, 0)
        self.bodies: dict[str, object] = {}
        self.entries: list[LedgerEntry] = []
        self.reversed: dict[int, str] = {}  # the key by which an entry was taken back

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def allowed(self, amounts):
        def within(name, amount):
            would_be = self.balances[name] + amount
            return name == "pot" or (would_be >= LOWEST if amount < 0 else would_be <= HIGHEST)

        return all(within(name, amount) for name, amount in amounts.items())

    def booked(self, entry, key, body, amounts):
        assert entry.number == len(self.entries) + 1
        self.entries.append(entry)
        self.bodies[key] = body
        for name, amount in amounts.items():
            self.balances[name] += amount

    def post(self, key, amounts):
        postings = [(self.accounts[name], amount) for name, amount in amounts.items()]
        body = frozenset(amounts.items())
        try:
            entry = self.book.post(key=key, kind="exchange", postings=postings)
        except KeyTaken:
            assert self.bodies[key] != body
        except LimitReached:
            assert key not in self.bodies
            assert not self.allowed(amounts)
        else:
            if key in self.bodies:
                assert self.bodies[key] == body
                assert entry == self.entry_of(key)
            else:
                assert self.allowed(amounts)
                self.booked(entry, key, body, amounts)

    def entry_of(self, key):
        return next(entry for entry in self.entries if entry.key == key)

    @rule(key=KEYS, pair=PAIRS, minutes=MINUTES)
    def somebody_helps(self, key, pair, minutes):
        self.post(key, {pair[0]: minutes, pair[1]: -minutes})

    @rule(key=KEYS, minutes=MINUTES)
    def a_day_is_shared(self, key, minutes):
        self.post(key, {"anna": minutes, "bruno": minutes, "carla": minutes, "pot": -3 * minutes})

    @rule(key=KEYS, of=st.integers(0, 30))
    def it_is_taken_back(self, key, of):
        if not self.entries:
            return
        entry = self.entries[of % len(self.entries)]
        amounts = {
            posting.account.code: -posting.amount for posting in entry.postings.select_related("account")
        }
        body = ("reverses", entry.number)
        try:
            back = entry.reverse(key=key)
        except KeyTaken:
            assert key in self.bodies
            assert self.bodies[key] != body
        except AlreadyReversed:
            assert entry.reverses_id or self.reversed[entry.number] != key
        else:
            if key in self.bodies:
                assert (self.bodies[key], back) == (body, self.entry_of(key))
            else:
                self.reversed[entry.number] = key
                self.booked(back, key, body, amounts)

    @invariant()
    def balances_are_as_expected(self):
        standing = self.book.accounts.with_last()
        assert {account.code: account.last_balance for account in standing} == self.balances
        assert sum(self.balances.values()) == 0
        assert self.book.entries.count() == len(self.bodies)

    @invariant()
    def the_journal_replays_and_verifies(self):
        assert self.book.replay() == self.balances
        assert list(verify(self.book)) == []


def test_a_journal_holds_whatever_comes():
    run_state_machine_as_test(
        Journal,
        settings=settings(max_examples=size(20, 200), stateful_step_count=size(20, 50), deadline=None),
    )
