"""What the orientation asks and says, in words. Plain ones: whoever went to school for three years reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel import Locale
from babel.numbers import format_currency
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, npgettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.pages.thresholds import Threshold
from portal.ui.languages import locale
from portal.ui.words import isolated

from .engine import Fit, Levels, Limit, Offer, Reason, Situation, State
from .figures import CENTS

Words = Mapping[str, str | Promise]

NOT_SAID = _("I do not know, or I would rather not say")

HOMES: Words = {
    "lease": _("In a home that I rent, with a written contract"),
    "no_contract": _("In a home that I rent, without a written contract"),
    "guest": _("With relatives or friends"),
    "shared": _("In a room, a hostel or a reception house"),
    "agency": _("In a home of the agency"),
    "owned": _("In a home that is mine"),
    "none": _("I have no place to sleep"),
}
WORKS: Words = {
    "permanent": _("A permanent job"),
    "pension": _("A pension"),
    "own": _("Work on one's own account"),
    "temporary": _("A job for a time, or now and then"),
    "learning": _("A course or a traineeship"),
    "looking": _("Nothing at the moment: looking for work"),
    "none": _("Nothing at the moment: nobody can work now"),
}
SAVINGS: Words = {
    "yes": _("Yes"),
    "some": _("A part of it"),
    "no": _("Not now"),
}
STRENGTHS: Words = {
    "language": _("I get by in Italian, or somebody helps me with it"),
    "people": _("There are people who lend me a hand"),
    "tenant": _("I have paid my rent, as long as I could"),
    "learning": _("I am learning something: a trade, Italian, school"),
    "papers": _("I have my papers together"),
    "plan": _("I know what I would like to change"),
    "guarantor": _("Somebody would vouch for me with an owner"),
}
URGENCIES: Words = {
    "now": _("Within days"),
    "months": _("Within three months"),
    "year": _("Within a year"),
    "calm": _("There is no hurry"),
}
HAS: Words = {
    "contract": _("A contract for your home"),
    "owner": _("A home of your own"),
    "steady": _("An income that comes every month"),
    "work": _("Work"),
    "savings": _("Something put aside"),
    "isee": _("A valid ISEE"),
    "language": _("You get by in Italian, or somebody helps you with it"),
    "people": _("People who lend you a hand"),
    "tenant": _("Rent that you have paid: an owner can rely on you"),
    "learning": _("Something that you are learning"),
    "papers": _("Papers that are together"),
    "plan": _("An idea of what you would like to change"),
    "guarantor": _("Somebody who would vouch for you"),
}
QUESTIONS: Words = {
    "about": pgettext_lazy("orientation", "What is it about?"),
    "home": _("Where do you live now?"),
    "isee": _("Your ISEE, if you know it"),
    "income": _("If you do not know it: what comes in each month, all of you together?"),
    "savings": _("Could you pay a deposit, about three months of rent?"),
    "work": _("What do you live on, above all?"),
    "people": _("How many of you live together?"),
    "minors": _("How many of you are under 18?"),
    "strengths": _("What can you count on?"),
    "urgency": _("How soon do you need an answer?"),
    "residence": _("How long have you lived or worked in this region?"),
}
# The same, in few words: in the summary, and for the desk.
SHORT: Words = {
    "about": pgettext_lazy("orientation", "What it is about"),
    "home": _("Where I live"),
    "isee": pgettext_lazy("means test", "ISEE"),
    "income": _("Comes in each month"),
    "savings": _("Money for a deposit"),
    "work": _("Living on"),
    "people": _("People at home"),
    "minors": _("Under 18"),
    "strengths": _("What I can count on"),
    "urgency": _("How soon"),
    "residence": _("In this region for"),
}
LEVELS: Sequence[str | Promise] = (
    pgettext_lazy("level", "to build"),
    pgettext_lazy("level", "in part"),
    pgettext_lazy("level", "solid"),
)


def euro(cents: float) -> str:
    """Whole euro, as the reader's language writes them."""
    pattern = Locale.parse(locale()).currency_formats["standard"].pattern.replace(".00", "")
    amount = int(cents) // CENTS
    return format_currency(amount, "EUR", format=pattern, locale=locale(), currency_digits=False)


def income_bands(steps: Sequence[int]) -> Iterator[tuple[str, str]]:
    yield "0", gettext("less than %(figure)s") % {"figure": euro(steps[0])}
    for number, (low, high) in enumerate(zip(steps, steps[1:], strict=False), start=1):
        yield str(number), gettext("from %(low)s to %(high)s") % {"low": euro(low), "high": euro(high)}
    yield str(len(steps)), gettext("more than %(figure)s") % {"figure": euro(steps[-1])}


def residence_bands(steps: Sequence[int]) -> Iterator[tuple[str, str]]:
    yield "0", gettext("less than %(time)s") % {"time": years(steps[0])}
    for number, (low, high) in enumerate(zip(steps, steps[1:], strict=False), start=1):
        yield (
            str(number),
            gettext("%(low)s or more, less than %(high)s") % {"low": years(low), "high": years(high)},
        )
    yield str(len(steps)), gettext("%(time)s or more") % {"time": years(steps[-1])}


def years(number: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", number) % {"n": number}


def level(levels: Levels) -> str:
    """ "solid", or "in part to solid" while not all is known."""
    low, high = str(LEVELS[levels.low - 1]), str(LEVELS[levels.high - 1])
    return (
        low
        if levels.low == levels.high
        else gettext("from “%(low)s” to “%(high)s”") % {"low": low, "high": high}
    )


def every_level() -> dict[str, str]:
    return {f"{low}-{high}": level(Levels(low, high)) for low in range(1, 4) for high in range(low, 4)}


def place(offer: Offer) -> str:
    """For whom an answer is on the matrix, for those who cannot see it."""
    if not (offer.resources and offer.potential):
        return ""
    return gettext("Resources: %(resources)s. Potential: %(potential)s.") % {
        "resources": level(offer.resources),
        "potential": level(offer.potential),
    }


# -- why ---------------------------------------------------------------------------------------------------------


def figure(limit: Limit) -> str:
    subject = limit.what.partition("_")[0]
    if subject in ("isee", "income", "assets", "rent", "arrears"):
        return euro(limit.value)
    if subject == "lease":
        return ngettext("%(n)s month", "%(n)s months", limit.value) % {"n": limit.value}
    if subject == "household":
        return npgettext("how many live together", "%(n)s person", "%(n)s people", limit.value) % {
            "n": limit.value
        }
    return years(limit.value)


_SURE = {
    ("isee_max", State.YES): _("Your ISEE is not above %(figure)s."),
    ("isee_max", State.NO): _("Your ISEE is above %(figure)s."),
    ("isee_min", State.YES): _("Your ISEE is at least %(figure)s."),
    ("isee_min", State.NO): _("Your ISEE is below %(figure)s."),
    ("residence_years", State.YES): _("You have been in the region for at least %(figure)s."),
    ("residence_years", State.NO): _("You have been in the region for less than %(figure)s."),
    ("household_min", State.YES): _("At home you are at least %(figure)s."),
    ("household_min", State.NO): _("At home you are fewer than %(figure)s."),
    ("household_max", State.YES): _("At home you are not more than %(figure)s."),
    ("household_max", State.NO): _("At home you are more than %(figure)s."),
}
_GUESSED = {
    "guess_yes": _("By your rough guess this fits: %(what)s %(figure)s. The paper decides: check it."),
    "guess_no": _("By your rough guess this may not fit: %(what)s %(figure)s. The paper decides: check it."),
}
_PLAIN = {
    "place_yes": _("It is made for where you stand now."),
    "place_perhaps": _("It may be right for where you stand: with more answers we can say more."),
    "place_ahead": _("It asks for more than there is today. It can be a next step."),
    "place_behind": _("You have more than this is meant for."),
    "read_for_whom": _("Read on its page whom it is for."),
    "desk_for_everybody": _("Everybody may come, whatever they have."),
}


def said(reason: Reason, sections: Mapping[str, str]) -> str:
    """A reason in words. `sections` names the life situations by their key."""
    if reason.code == "about":
        return gettext("You said: “%(situation)s”.") % {"situation": isolated(sections[reason.situation])}
    if reason.code in _PLAIN:
        return str(_PLAIN[reason.code])
    limit = reason.limit
    words = {"what": Threshold.What(limit.what).label, "figure": figure(limit)}
    if reason.code == "no_lease":
        return gettext("It asks for a rental contract: %(what)s %(figure)s.") % words
    sentence = _GUESSED.get(reason.code) or _SURE.get((limit.what, reason.state))
    return (sentence or _("It asks for this, check it: %(what)s %(figure)s.")) % words


def source(limit: Limit) -> str:
    """ "2025, DGR …, Lombardia": by which the figure holds."""
    return ", ".join(part for part in (str(limit.year), limit.source, limit.area) if part)


def explained(fit: Fit, sections: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "state": reason.state.value,
            "text": said(reason, sections),
            "source": source(reason.limit) if reason.limit else "",
        }
        for reason in fit.reasons
    ]


# -- what somebody said ------------------------------------------------------------------------------------------


def answers(situation: Situation, sections: Mapping[str, str], figures: Any) -> dict[str, str]:
    """Question → answer in words, of those that were answered."""
    comma = pgettext("between the words of a list", ", ")
    told = {
        "about": comma.join(isolated(name) for key, name in sections.items() if key in situation.about),
        "home": HOMES.get(situation.home, ""),
        "isee": "" if situation.isee is None else euro(situation.isee),
        "income": dict(income_bands(figures.income_steps)).get(situation.income, ""),
        "savings": SAVINGS.get(situation.savings, ""),
        "work": WORKS.get(situation.work, ""),
        "people": "" if situation.people is None else str(situation.people),
        "minors": "" if situation.minors is None else str(situation.minors),
        "strengths": comma.join(
            str(words) for code, words in STRENGTHS.items() if code in situation.strengths
        ),
        "urgency": URGENCIES.get(situation.urgency, ""),
        "residence": dict(residence_bands(figures.residence_steps)).get(situation.residence, ""),
    }
    return {question: str(answer) for question, answer in told.items() if answer}
