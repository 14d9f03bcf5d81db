"""What a mediator does on the page of a case, each with the question that is asked before. What concerns the agreement
stands on its own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.mediation.models import Case
from community.mediation.words import Outcome
from community.mediation.workflow import possible


@dataclass(frozen=True, kw_only=True)
class Step:
    """A verb of the case with its words: `label` leads to the question, which is `text`, and `action` does it."""

    slug: str
    verb: str
    label: Any
    text: Any
    icon: str
    told: dict[str, Any]
    ends: bool = False

    @property
    def action(self) -> Any:
        return _("Yes, close the mediation") if self.ends else _("Yes, begin the talks")

    def do(self, case: Case, *, by: Any) -> None:
        """Raises what the verb raises."""
        verb: Callable[..., None] = getattr(case, self.verb)
        verb(by=by, **self.told)


def _step(slug: str, verb: str, label: Any, text: Any, icon: str, *, ends: bool = False, **told: Any) -> Step:
    return Step(slug=slug, verb=verb, label=label, text=text, icon=icon, ends=ends, told=told)


STEPS = (
    _step(
        "inizia",
        "begin",
        _("Begin the talks"),
        _("You have spoken with each of them. From now on they see that the talks have begun."),
        "messages-square",
    ),
    _step(
        "in-parte",
        "end",
        _("Close: agreed on some points"),
        _("The talks end with what they agree on. The rooms close for everybody."),
        "archive",
        ends=True,
        outcome=Outcome.PARTIAL,
    ),
    _step(
        "senza-accordo",
        "end",
        _("Close: no agreement"),
        _("The talks end. The rooms close for everybody. Nobody is to blame."),
        "archive",
        ends=True,
        outcome=Outcome.NONE,
    ),
    _step(
        "altrove",
        "refer",
        _("Somebody else helps better"),
        _("Tell them first who helps them, and how they get there. Then the mediation is closed."),
        "arrow-right",
        ends=True,
    ),
    _step(
        "pericolo",
        "stop",
        _("Danger has come to light"),
        _(
            "A mediation does harm where somebody is in danger. See first that they are safe: 112, 1522. Then close it."
        ),
        "triangle-alert",
        ends=True,
    ),
)
BY_SLUG = {step.slug: step for step in STEPS}


def steps_for(case: Case, user: Any) -> list[Step]:
    """What the state allows and the reader may, in the order of the way."""
    verbs = {verb for verb in possible(case.state) if user.has_perm(f"community.{verb}_case", case)}
    return [
        step
        for step in STEPS
        if step.verb in verbs and (step.told.get("outcome") != Outcome.PARTIAL or case.may_end_in_part)
    ]
