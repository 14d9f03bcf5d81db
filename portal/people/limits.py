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
from django.utils.translation import gettext_lazy as _

from portal.access import client_address, client_network, forgive, limited

from .codes import TooOften
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
        return [(self.name, self.each, login), *self._of_the_place(request)]

    def _of_the_place(self, request: HttpRequest) -> list[Counter]:
        place, network = client_address(request), client_network(request)
        counters = [(f"{self.name}_place", self.place, place)]
        if network != place:
            counters.append((f"{self.name}_place_wider", _times(WIDER, self.place), network))
        return counters


@dataclass(frozen=True, kw_only=True)
class Messages(Total):
    """What is written to one contact in a day. `each` and `place`: as above.

    `share`: of `each`, what may be ordered from one place: nobody can use it all up from where they sit, and the holder
    elsewhere still gets theirs. A place is here the whole /48 of IPv6: whoever owns one would come from three of its
    networks. What is over the share does not count for the total.

    With a device that the person has signed in with they have `each` of their own; with all such devices together,
    because every sign-in makes a new one known where cookies are thrown away, `devices`.
    """

    share: str
    devices: str

    def order(self, request: HttpRequest, login: str, person) -> tuple[bool, list[Counter]]:
        """Count a message. (whether it is to be sent, what is given back once it has been answered)

        False where all strangers together, or all the person's devices, have ordered enough, which whoever asks is not
        told. Raises TooOften where it is they who did: their place, or this very device. Known or not, the same is
        counted: `person` makes no difference but by their device, and who holds that knows already whose it is.
        """
        if device := device_of(request, person):
            if limited(request, f"{self.name}_device", self.each, by=f"{person.pk} {device}"):
                # What one device may not order is not counted for the others.
                raise TooOften(ENOUGH_FROM_THIS_DEVICE)
            return not limited(request, f"{self.name}_devices", self.devices, by=person.pk), []
        here = [
            (f"{self.name}_share", self.share, f"{login} {client_network(request)}"),
            *self._of_the_place(request),
        ]
        if too_often(request, here):
            raise TooOften(ENOUGH_FROM_HERE)
        return not limited(request, self.name, self.each, by=login), here


# Five codes in ten minutes are enough for whoever looks in the wrong mailbox first. From one place 120 may be on their
# way unanswered: a whole building at once, and no letter to every resident from one stranger.
CODES = Allowance(name="portal.sign_in_code", each="5/10m", place="120/10m")
RESETS = Allowance(name="portal.password_reset", each="5/10m", place="120/10m")
PASSWORDS = Allowance(name="portal.sign_in_failed", each="5/5m", place="60/10m")

# What is written to one person in a day. Whoever asks learns nothing of it: they wait for a message, as anybody who
# mistyped does, and the page names the other ways in. With five tries each, what strangers order in a day allows 150
# guesses among 100,000,000 codes.
CODE_MAILS = Messages(name="portal.code_mails", each="30/d", share="12/d", devices="60/d", place="1000/d")
RESET_MAILS = Messages(name="portal.reset_mails", each="30/d", share="12/d", devices="60/d", place="1000/d")
# They cost money. To one number go at most 10 a day that strangers order, at least three places of them at 4 each, and
# 20 that are ordered with the person's own devices; with the 10 of whoever is signed in and is asked once more
# (portal/proof/step_up.py) 40 in all: at 5 cents each two euros. One place orders at most 200: ten euros.
CODE_TEXTS = Messages(name="portal.code_texts", each="10/d", share="4/d", devices="20/d", place="200/d")
ENOUGH_FROM_HERE = _(
    "Enough messages went there today from your connection, asked for by you or by others who share it. Use another "
    "connection, or come to the desk."
)
ENOUGH_FROM_THIS_DEVICE = _(
    "Enough messages went there today, asked for from this device. Try again tomorrow, or come to the desk."
)

# A paper from the desk. Its number stands on it and nowhere else: who else tries it has seen the paper.
PAPERS = Total(name="portal.paper_tries", each="10/d", place="120/10m")


def too_often(request: HttpRequest, counters: Iterable[Counter]) -> bool:
    """Count an attempt everywhere. All are counted, whatever the first says: an attempt costs the same every time."""
    refused = [limited(request, name, rate, by=whom) for name, rate, whom in counters]
    return any(refused)


def order_to(request: HttpRequest, contact: str) -> bool:
    """Count a code to an address, or to a number (E.164), that is nobody's yet; whether it is to be sent.

    Together with the codes to sign in with that go there: whoever is written to does not ask by which door. Raises
    TooOften where whoever asks has ordered enough.
    """
    messages = CODE_MAILS if "@" in contact else CODE_TEXTS
    return messages.order(request, contact, get_user_model()())[0]


def give_back(request: HttpRequest, counters: Iterable[Counter]) -> None:
    """It was a good one."""
    for name, rate, whom in counters:
        forgive(request, name, rate, by=whom)


def _times(factor: int, rate: str) -> str:
    amount, _slash, period = rate.partition("/")
    return f"{int(amount) * factor}/{period}"
