"""Which answer fits me? Asked step by step, answered at once, kept nowhere.

What somebody says travels in the body of each request and comes back in hidden fields: it stands in no address, so in
no log and no Referer; in no session, cookie or row; and neither a browser nor what lies between may keep a page of ours
(`no-store`). Nothing here changes anything, so that no token against forged requests is needed, and no cookie for it.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.ui.languages import LanguageLink, language_links
from portal.ui.words import isolated, plain

from . import words
from .engine import Fit, Standing, orient, stand
from .figures import Figures, current
from .forms import RESULT, STEP_NAMES, STEP_OF, STEPS, OrientationForm, StepOfForm
from .matrix import draw
from .nearby import nearby
from .offers import Sections, gathered, titles

LONGEST_REASON = 1000  # characters, as much as the desk's form takes
MOST_TICKS = 60
AT_ONCE = 3  # answers that one sees without opening anything
MOVING = ("money", "work", "household")  # steps whose answers move where one stands


@never_cache
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def orientation(request: HttpRequest) -> HttpResponse:
    sections, figures = Sections.published(), current()
    if request.method != "POST":
        form = OrientationForm(sections=sections.names, figures=figures)
        return _ask(request, form, next(iter(STEPS)), figures)
    form = OrientationForm(request.POST, sections=sections.names, figures=figures)
    step = _wanted_step(request, form)
    return _answer(request, form, sections, figures) if step == RESULT else _ask(request, form, step, figures)


def _wanted_step(request: HttpRequest, form: OrientationForm) -> str:
    """Where one is led: not past an answer that cannot be read, and back from anywhere."""
    order = [*STEPS, RESULT]
    here, wanted = request.POST.get("step", ""), request.POST.get("go", "next")
    at = order.index(here) if here in order else -1
    if wanted == "next":
        wanted = order[min(at + 1, len(order) - 1)]
    elif wanted == "back":
        wanted = order[max(at - 1, 0)]
    elif wanted not in order:
        wanted = order[max(at, 0)]
    wrong = form.wrong_step()
    return wrong if wrong and order.index(wanted) > order.index(wrong) else wanted


def _ask(request: HttpRequest, form: OrientationForm, step: str, figures: Figures) -> HttpResponse:
    order, part = list(STEPS), StepOfForm(form, step)
    standing = stand(form.situation(), figures) if form.is_bound else None
    context = {
        "form": part,
        "step": step,
        "title": STEP_NAMES[step],
        "number": order.index(step) + 1,
        "total": len(order),
        "is_last": step == order[-1],
        "carried": form.carried(step) if form.is_bound else [],
        "steps": _way(step),
        "other_languages": _other_languages(request) if form.is_bound else [],
        "figures": figures.for_page() | {"words": words.every_level()},
        **(_drawn(standing) if standing and step in MOVING else {}),
    }
    template = "portal/pages/orientation/ask.html"
    return render(request, template, context, status=422 if part.errors else 200)


def _other_languages(request: HttpRequest) -> list[LanguageLink]:
    """The links in head and foot begin anew: these take along what was answered."""
    return [link for link in language_links(request) if not link.is_current]


def _way(step: str) -> list[dict[str, Any]]:
    here = list(STEPS).index(step)
    return [
        {"label": name, "is_passed": number < here, "is_here": number == here}
        for number, name in enumerate(STEP_NAMES.values())
    ]


def _drawn(standing: Standing, answers: list[Fit] | tuple[Fit, ...] = ()) -> dict[str, Any]:
    places = [(fit.offer.resources, fit.offer.potential) for fit in answers]
    return {
        "matrix": draw(standing, places, is_rtl=get_language_bidi()),
        "resources": words.level(standing.resources),
        "potential": words.level(standing.potential),
        "levels": words.LEVELS,
    }


def _by_situation(
    guides: tuple[Fit, ...], cards: dict[str, dict[str, Any]], sections: Sections
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The guides below the first of the life situations for which they are offered."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for fit in guides:
        named = {reason.situation for reason in fit.reasons if reason.situation}
        first = next((key for key in sections.names if key in named), "")
        groups.setdefault(first, []).append(cards[fit.offer.key])
    return [(isolated(sections.names[key]), groups[key]) for key in sections.names if key in groups]


def _answer(
    request: HttpRequest, form: OrientationForm, sections: Sections, figures: Figures
) -> HttpResponse:
    situation = form.situation()
    offers, cards = gathered(sections, situation.about)
    outcome = orient(situation, offers, figures)
    told = words.answers(situation, sections.names, figures)

    def shown(fits: tuple[Fit, ...]) -> list[dict[str, Any]]:
        return [
            {
                **cards[fit.offer.key],
                "number": number,
                "key": fit.offer.key,
                "state": fit.state.value,
                "reasons": words.explained(fit, sections.names),
                "places": words.place(fit.offer),
            }
            for number, fit in enumerate(fits, start=1)
        ]

    answers = shown(outcome.answers)
    context = {
        "situation": situation,
        "has": [words.HAS[code] for code in outcome.has],
        "answers": answers[:AT_ONCE],
        "more_answers": answers[AT_ONCE:],
        "nearby": nearby(situation, figures.need_for(sections.slugs(situation.about))),
        "calls": shown(outcome.calls),
        "other_calls": shown(outcome.other_calls),
        "guides": _by_situation(outcome.guides, cards, sections),
        "further_on": shown(outcome.further_on),
        "not_now": shown(outcome.not_now),
        "missing": [(words.SHORT[name], STEP_OF[name]) for name in outcome.missing],
        "step_names": list(STEP_NAMES.items()),
        "wishes": shown((*outcome.answers, *outcome.calls)),
        "told": [(name, words.SHORT[name], answer, STEP_OF[name]) for name, answer in told.items()],
        "carried": form.carried(),
        "other_languages": _other_languages(request),
        **_drawn(outcome.standing, outcome.answers),
    }
    return render(request, "portal/pages/orientation/result.html", context)


@never_cache
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def to_the_desk(request: HttpRequest) -> HttpResponse:
    """What was ticked, and nothing else, to read once more before it goes along to the desk's form.

    Only here is a token for the desk's form made, and its cookie: whoever comes here wants to leave something.
    """
    if request.method != "POST":
        return redirect("portal:orientation")
    sections, figures = Sections.published(), current()
    form = OrientationForm(request.POST, sections=sections.names, figures=figures)
    form.full_clean()
    ticked = set(request.POST.getlist("tell")[:MOST_TICKS])
    lines = _told_to_desk(form, ticked, sections, figures)
    desk_language = settings.LANGUAGE_CODE
    if get_language() == desk_language:
        reason = lines
    else:
        # Whoever sits at the desk reads the agency's language.
        with translation.override(desk_language):
            reason = _told_to_desk(form, ticked, Sections.published(), figures)
    context = {
        "lines": lines,
        "reason": _within([plain(line) for line in reason], LONGEST_REASON),
        "topic": figures.topic_for(sections.slugs(form.situation().about)),
        "desk_url": _desk_url(),
        "carried": form.carried(),
        "desk_language": desk_language,
    }
    return render(request, "portal/pages/orientation/desk.html", context)


def _told_to_desk(form: OrientationForm, ticked: set[str], sections: Sections, figures: Figures) -> list[str]:
    told = words.answers(form.situation(), sections.names, figures)
    lines = [
        _("%(question)s: %(answer)s") % {"question": words.SHORT[name], "answer": answer}
        for name, answer in told.items()
        if name in ticked
    ]
    keys = [key for key in map(_uuid, ticked) if key]
    if keys:
        lines += [
            _("I would like to talk about: %(title)s") % {"title": isolated(title)}
            for title in sorted(titles(keys).values())
        ]
    return lines


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _within(lines: list[str], limit: int) -> str:
    """Whole lines, as many as the desk's form takes."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > limit:
            break
        kept.append(line)
    return "\n".join(kept)


def _desk_url() -> str:
    """The desk's form to book. The desk's room is no room of ours: we know it by the name of its address."""
    try:
        return reverse("portal:book")
    except NoReverseMatch:
        return ""
