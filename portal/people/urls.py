"""The addresses of people: their account, the door, and the demo's buttons."""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from . import demo_door, views

people_urls = [
    path("account/", views.account, name="account"),
    path("persone/ruoli/", views.roles, name="roles"),
    path("persone/<int:pk>/ruoli/", views.roles_of, name="roles_of"),
]

# Of allauth's views the ones we serve and no other; names are allauth's own, which its code reverses.
account_urls = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("login/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", allauth_views.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("signup/", views.sign_up, name="account_signup"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", allauth_views.password_set, name="account_set_password"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

demo_urls = [
    path("demo/sign-in/", demo_door.demo_sign_in, name="demo_sign_in"),
]
