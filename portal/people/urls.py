"""The addresses of people: their account, the door, and the demo's buttons."""

from allauth.account import views as allauth_views
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from . import demo_door, views

people_urls = [
    path("account/", views.account, name="account"),
    path("persone/ruoli/", views.roles, name="roles"),
    path("persone/<int:pk>/ruoli/", views.roles_of, name="roles_of"),
]


def _kept_nowhere(route: str, view, name: str, *, route_of=path) -> URLPattern:
    """On a computer that many use, "back" must not show what the one before typed."""
    return route_of(route, never_cache(view), name=name)


# Of allauth's views the ones we serve and no other; names are allauth's own, which its code reverses.
account_urls = [
    _kept_nowhere("login/", views.SignInView.as_view(), "account_login"),
    _kept_nowhere("login/code/", views.RequestCodeView.as_view(), "account_request_login_code"),
    _kept_nowhere("login/code/confirm/", allauth_views.confirm_login_code, "account_confirm_login_code"),
    _kept_nowhere("logout/", views.sign_out, "account_logout"),
    _kept_nowhere("signup/", views.sign_up, "account_signup"),
    _kept_nowhere("inactive/", allauth_views.account_inactive, "account_inactive"),
    _kept_nowhere("password/change/", allauth_views.password_change, "account_change_password"),
    _kept_nowhere("password/set/", allauth_views.password_set, "account_set_password"),
    _kept_nowhere("password/reset/", allauth_views.password_reset, "account_reset_password"),
    _kept_nowhere("password/reset/done/", allauth_views.password_reset_done, "account_reset_password_done"),
    _kept_nowhere(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        "account_reset_password_from_key",
        route_of=re_path,
    ),
    _kept_nowhere(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
]

demo_urls = [
    path("demo/sign-in/", demo_door.demo_sign_in, name="demo_sign_in"),
]
