"""The addresses of people: their account, the door, and the demo's buttons."""

from allauth.account import views as allauth_views
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from . import demo_door, organization_views, views
from .contacts import views as contacts
from .delegations import acting
from .delegations import views as delegation_views
from .invitations.urls import invitation_urls
from .joining import views as joining_views
from .papers import views as papers

people_urls = [
    path("account/", views.account, name="account"),
    path("account/recapiti/", contacts.contacts, name="contacts"),
    path("account/recapiti/conferma/", contacts.confirm_contact, name="confirm_contact"),
    path("account/recapiti/chiamare/", contacts.change_contact_phone, name="change_contact_phone"),
    re_path(r"^account/recapiti/(?P<kind>email|phone)/$", contacts.change_contact, name="change_contact"),
    re_path(
        r"^account/recapiti/(?P<kind>email|phone)/togli/$", contacts.remove_contact, name="remove_contact"
    ),
    path("persone/ruoli/", views.roles, name="roles"),
    path("persone/<int:pk>/ruoli/", views.roles_of, name="roles_of"),
    path("account/deleghe/", delegation_views.delegations, name="delegations"),
    path("account/deleghe/nuova/", delegation_views.delegation_new, name="delegation_new"),
    path("account/deleghe/codice/", delegation_views.delegate_code, name="delegate_code"),
    path("account/deleghe/agisco/", acting.acting, name="acting"),
    path("account/deleghe/smetti/", acting.acting_stop, name="acting_stop"),
    path("account/deleghe/<int:pk>/", delegation_views.delegation, name="delegation"),
    path("account/deleghe/<int:pk>/<slug:verb>/", delegation_views.delegation_step, name="delegation_step"),
    path("persone/deleghe/", delegation_views.delegations_staff, name="delegations_staff"),
    path("persone/deleghe/<int:pk>/chiudi/", delegation_views.delegation_close, name="delegation_close"),
    path("persone/<int:pk>/deleghe/", delegation_views.delegations_of, name="delegations_of"),
    path("partecipa/", joining_views.join, name="join"),
    path("partecipa/codice/", joining_views.join_code, name="join_code"),
    path("partecipa/grazie/", joining_views.join_thanks, name="join_thanks"),
    path("persone/richieste/", joining_views.join_requests, name="join_requests"),
    path("persone/richieste/<int:pk>/recapiti/", joining_views.join_reach, name="join_reach"),
    path("persone/richieste/<int:pk>/<slug:verb>/", joining_views.join_decide, name="join_decide"),
    path("enti/", organization_views.organizations, name="organizations"),
    path("enti/<int:pk>/", organization_views.organization, name="organization"),
    path("enti/<int:pk>/modifica/", organization_views.organization_edit, name="organization_edit"),
    path(
        "enti/<int:pk>/membri/<int:member_pk>/<slug:verb>/",
        organization_views.organization_member,
        name="organization_member",
    ),
    path(
        "enti/<int:pk>/richieste/<int:request_pk>/<slug:verb>/",
        organization_views.organization_request,
        name="organization_request",
    ),
    *invitation_urls,
    path("persone/fogli/", papers.papers, name="papers"),
    path("persone/<int:pk>/foglio/", papers.paper_of, name="paper_of"),
    path("persone/<int:pk>/foglio/annulla/", papers.revoke_paper, name="revoke_paper"),
]


def _kept_nowhere(route: str, view, name: str, *, route_of=path) -> URLPattern:
    """On a computer that many use, "back" must not show what the one before typed."""
    return route_of(route, never_cache(view), name=name)


# Of allauth's views the ones we serve and no other; names are allauth's own, which its code reverses.
account_urls = [
    _kept_nowhere("login/", views.SignInView.as_view(), "account_login"),
    _kept_nowhere("login/code/", views.RequestCodeView.as_view(), "account_request_login_code"),
    _kept_nowhere("login/code/confirm/", views.ConfirmCodeView.as_view(), "account_confirm_login_code"),
    _kept_nowhere("login/foglio/", papers.sign_in_with_paper, "account_paper"),
    _kept_nowhere("logout/", views.sign_out, "account_logout"),
    _kept_nowhere("signup/", views.sign_up, "account_signup"),
    _kept_nowhere("inactive/", allauth_views.account_inactive, "account_inactive"),
    _kept_nowhere("password/reset/", views.ResetPasswordView.as_view(), "account_reset_password"),
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
