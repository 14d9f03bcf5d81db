"""How often one may knock at the door. Nobody uses up somebody else's tries.

Whoever comes with a device that the person has signed in with counts for themselves alone. Others are counted by what
they sign in as *and* by where they come from, so that a stranger elsewhere takes nothing from anybody; and by where
they come from alone, generously: a carrier puts thousands of phones behind one address, and a household has a whole /64
of IPv6. Of IPv6 the wider /48, which one customer may own, is counted too, with ten times the allowance.

What was counted for a place is given back once it has led to a sign-in. What remains is what nobody answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from portal.access import client_address, client_network, forgive, limited

from .devices import device_of

Counter = tuple[str, str, str]  # name, rate, whom it counts
WIDER = 10  # times what a /64 may, a /48 may


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """`each`: at one login, from one place or with one device. `place`: from one place, at whatever login."""

    name: str
    each: str
    place: str

    def counters(self, request: HttpRequest, login: str, person) -> list[Counter]:
        """`person` is whoever `login` is, or nobody (a User without pk): it makes no difference but to their device."""
        if device := device_of(request, person):
            return [(f"{self.name}_device", self.each, f"{person.pk} {device}")]
        place, network = client_address(request), client_network(request)
        counters = [
            (self.name, self.each, f"{login} {place}"),
            (f"{self.name}_place", self.place, place),
        ]
        if network != place:
            counters += [
                (f"{self.name}_wider", _times(WIDER, self.each), f"{login} {network}"),
                (f"{self.name}_place_wider", _times(WIDER, self.place), network),
            ]
        return counters


@dataclass(frozen=True, kw_only=True)
class Total:
    """`each`: at one login, from all strangers together, or with one device of the person's. `place`: as above."""

    name: str
    each: str
    place: str

    def counters(self, request: HttpRequest, login: str, person) -> list[Counter]:
        if device := device_of(request, person):
            return [(f"{self.name}_device", self.each, f"{person.pk} {device}")]
        place, network = client_address(request), client_network(request)
        counters = [(self.name, self.each, login), (f"{self.name}_place", self.place, place)]
        if network != place:
            counters.append((f"{self.name}_place_wider", _times(WIDER, self.place), network))
        return counters


# Five codes in ten minutes are enough for whoever looks in the wrong mailbox first. From one place 120 may be on their
# way unanswered: a whole building at once, and no letter to every resident from one stranger.
CODES = Allowance(name="portal.sign_in_code", each="5/10m", place="120/10m")
RESETS = Allowance(name="portal.password_reset", each="5/10m", place="120/10m")
PASSWORDS = Allowance(name="portal.sign_in_failed", each="5/5m", place="60/10m")

# What is written to one person in a day. Whoever asks learns nothing of it: they wait for a message, as anybody who
# mistyped does, and the page names the other ways in. With five tries each, what strangers order in a day allows 150
# guesses among 100,000,000 codes.
CODE_MAILS = Total(name="portal.code_mails", each="30/d", place="1000/d")
RESET_MAILS = Total(name="portal.reset_mails", each="30/d", place="1000/d")
# They cost money.
CODE_TEXTS = Total(name="portal.code_texts", each="10/d", place="200/d")

# A paper from the desk. Its number stands on it and nowhere else: who else tries it has seen the paper.
PAPERS = Total(name="portal.paper_tries", each="10/d", place="120/10m")


def too_often(request: HttpRequest, counters: Iterable[Counter]) -> bool:
    """Count an attempt everywhere. All are counted, whatever the first says: an attempt costs the same every time."""
    refused = [limited(request, name, rate, by=whom) for name, rate, whom in counters]
    return any(refused)


def enough_for_today(request: HttpRequest, contact: str) -> bool:
    """Count a code to an address, or to a number (E.164), that is nobody's yet; whether it is one too many for a day.

    Together with the codes to sign in with that go there: whoever is written to does not ask by which door.
    """
    totals = CODE_MAILS if "@" in contact else CODE_TEXTS
    return too_often(request, totals.counters(request, contact, get_user_model()()))


def give_back(request: HttpRequest, counters: Iterable[Counter]) -> None:
    """It was a good one."""
    for name, rate, whom in counters:
        forgive(request, name, rate, by=whom)


def _times(factor: int, rate: str) -> str:
    amount, _, period = rate.partition("/")
    return f"{int(amount) * factor}/{period}"
