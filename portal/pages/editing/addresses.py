"""Addresses of ours that stand in a text as words, not as links to a page: whether anything answers there."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from portal.pages.languages import versions
from portal.ui.middleware import language_of


def is_ours(address: str) -> bool:
    """A path, or an address that names one of our own hosts."""
    if address.startswith("/") and not address.startswith("//"):
        return True
    try:
        host = urlsplit(address).netloc.lower()
    except ValueError:
        return False
    ours = {urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc.lower()}
    return host in ours or Site.objects.filter(hostname=host.partition(":")[0]).exists()


def leads_somewhere(address: str) -> bool:
    """Whether a page, an app or a redirect answers. What an app finds behind its address is the app's to know."""
    path = unquote(urlsplit(address).path) or "/"
    with translation.override(language_of(path)):
        try:
            match = resolve(path if path.endswith("/") else f"{path}/")
        except Resolver404:
            return False
    if match.view_name != "wagtail_serve":
        return True
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return False
    below = match.args[0] if match.args else match.kwargs.get("path", "")
    wanted = [f"{home.url_path}{below}" for home in versions(site.root_page)]
    if Page.objects.live().filter(url_path__in=wanted).exists():
        return True
    return Redirect.get_for_site(site).filter(old_path=Redirect.normalise_path(path)).exists()
