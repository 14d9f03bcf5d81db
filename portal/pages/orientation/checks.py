from __future__ import annotations

from typing import Any

from django.core import checks

from .figures import BadFigures, current


@checks.register("portal")
def figures_can_be_weighed_by(**kwargs: Any) -> list[checks.CheckMessage]:
    """An installation's own figures are read when it starts, not when the first person asks."""
    try:
        current()
    except BadFigures as error:
        return [
            checks.Error(
                f"The figures of the orientation cannot be used: {error}",
                hint="Begin again from portal/pages/orientation/figures.toml (PORTAL_ORIENTATION_FIGURES).",
                id="portal.E050",
            )
        ]
    return []
