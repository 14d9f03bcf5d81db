"""Pages that are made of other apps' parts. A part that fails is missing from the page, and somebody notices.

Somebody who scans a label in an emergency must see the numbers even where the list of known faults is broken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.core.signals import got_request_exception
from django.http import HttpRequest

from portal.extensions import Declaration

logger = logging.getLogger(__name__)
T = TypeVar("T")


def part(
    request: HttpRequest, declaration: Declaration, make: Callable[[], T], instead: Callable[[], T]
) -> T:
    """What `make` gives. Where it raises, what `instead` gives, and the error goes the way of every error of a request:

    it is logged with its traceback, and whoever listens to Django's signal hears of it: an error tracker, or the test
    client, which raises it. Only a person gets the rest of the page.
    """
    try:
        return make()
    except Exception:
        logger.exception("%s %r failed", type(declaration).__name__, declaration.key)
        got_request_exception.send(sender=type(declaration), request=request)
        return instead()
