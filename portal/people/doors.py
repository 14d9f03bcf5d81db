"""The stock stack's other doors, shut (THREATS.md): whoever signs in comes through `account_login`."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path, reverse
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account
from wagtail.admin.views.bulk_action import index as wagtail_bulk_action

from .views import sign_out

_to_the_door = RedirectView.as_view(pattern_name="account_login", query_string=True)


def _no_such_door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
    raise Http404


def bulk_action(request: HttpRequest, app_label: str, model_name: str, action: str) -> HttpResponse:
    """Wagtail's, except on people: groups follow from roles, which are given one by one with a name under each."""
    if (app_label, model_name.lower()) == ("portal", "user"):
        raise Http404
    return wagtail_bulk_action(request, app_label, model_name, action)


class PreferencesView(account.AccountView):
    """Wagtail's own page of an editor, without name, e-mail and password: those are changed at `portal:account`."""

    _elsewhere = (account.NameEmailSettingsPanel, account.ChangePasswordPanel, account.AvatarSettingsPanel)

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, self._elsewhere)]


# Stand before Wagtail's admin and documents.
closed_doors = [
    path("admin/login/", _to_the_door),
    path("admin/password_reset/", _to_the_door),
    re_path(r"^admin/password_reset/.", _no_such_door),
    # Wagtail's forgets the cookie at a mere GET, which any link can make.
    path("admin/logout/", never_cache(sign_out)),
    path(
        "admin/account/",
        never_cache(require_admin_access(PreferencesView.as_view())),
        name="wagtailadmin_account",
    ),
    path(
        "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/",
        never_cache(require_admin_access(bulk_action)),
    ),
    re_path(r"^documents/authenticate_with_password/", _no_such_door),
]

# Stand before Wagtail's pages, under the prefix of the language.
closed_page_doors = [
    path("_util/login/", _to_the_door),
    re_path(r"^_util/authenticate_with_password/", _no_such_door),
]


class DoorMiddleware:
    """To somebody signed in without the right, the Wagtail admin does not exist, nor do private pages and documents.

    Wagtail itself would ask them to sign in once more, for ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.status_code == 302
            and request.user.is_authenticated
            and _asks_to_sign_in(request, response)
        ):
            raise Http404
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        if (
            request.path_info.startswith(reverse("wagtailadmin_home"))
            and request.user.is_authenticated
            and not request.user.has_perm("wagtailadmin.access_admin")
        ):
            raise Http404


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """True for "sign in, then come back here"."""
    address = urlsplit(response["Location"])
    back = parse_qs(address.query).get(REDIRECT_FIELD_NAME)
    return address.path == reverse("account_login") and back == [request.get_full_path()]
