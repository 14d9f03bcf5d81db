"""Whether an answer goes packed over the line."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# One coding of an `Accept-Encoding`, and its weight where it has one.
_CODING = re.compile(r"([\w*-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?(?=\s*(?:,|$))", re.ASCII)


def takes_gzip(request: HttpRequest) -> bool:
    """Whether it is wanted: named, or meant by the star, and not with a weight of nothing."""
    said = request.META.get("HTTP_ACCEPT_ENCODING", "")
    weights = {name.lower(): weight for name, weight in _CODING.findall(said)}
    return bool(float(weights.get("gzip", weights.get("*", "0")) or 1))


class PackingMiddleware(GZipMiddleware):
    """As Django's, which packs for whoever names gzip, also to refuse it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if takes_gzip(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response
