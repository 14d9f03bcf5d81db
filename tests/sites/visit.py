"""Start the portal with the plugins that PORTAL_PLUGINS names, on an empty database: check, migrate, visit.

Run by test_sites.py in a process of its own, because Django reads INSTALLED_APPS once. Prints what it has visited.
"""

from __future__ import annotations

import os
import sys

VISITOR = ("/", "/account/login/", "/cerca/", "/en/cerca/", "/ar/account/login/")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    call_command("migrate", verbosity=0)
    visit_as_a_visitor()
    visit_as_everybody_whom_a_menu_invites()


def visit_as_a_visitor() -> None:
    from django.test import Client

    for path in VISITOR:
        see(Client(), path)
    if Client().get("/healthz").json()["database"] != "ok":
        raise SystemExit("/healthz finds no database")


def visit_as_everybody_whom_a_menu_invites() -> None:
    """Whoever is shown an entry of a menu gets a page behind it: a visitor, a resident, one person for each role."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import AnonymousUser
    from django.test import Client
    from django.urls import reverse

    from portal.extensions import NavigationItem, Role, declared

    people = [AnonymousUser(), get_user_model().objects.create_user(display_name="Nobody in particular")]
    for role in declared(Role):
        person = get_user_model().objects.create_user(display_name=role.key)
        person.give_role(role.key, by=None)
        people.append(person)
    for person in people:
        client = Client()
        if person.is_authenticated:
            client.force_login(person)
            see(client, "/casa/")
        for item in declared(NavigationItem):
            if item.visible(person):
                see(client, reverse(item.url_name), signed_in=person.is_authenticated)


def see(client, path: str, *, signed_in: bool = True) -> None:
    """A page, or for a visitor the way to sign in."""
    answer = client.get(path)
    if (
        answer.status_code == 302
        and not signed_in
        and answer.headers["Location"].startswith("/account/login/")
    ):
        return
    if answer.status_code == 302 and answer.headers["Location"].startswith("/admin/"):
        return
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code} {answer.headers.get('Location', '')}")
    sys.stdout.write(f"seen {path}\n")


if __name__ == "__main__":
    main()
