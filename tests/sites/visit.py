"""Start the portal with the plugins that PORTAL_PLUGINS names: check, migrate, visit. `… FILE [keep]`.

FILE is a database that the portal had before the plugins came; with `keep` there is none yet: what is migrated from
nothing is kept there, and nobody visits. Run by test_sites.py in a process of its own, because Django reads
INSTALLED_APPS once. Prints what it has visited.
"""

from __future__ import annotations

import os
import shutil
import sys

VISITOR = ("/", "/account/login/", "/cerca/", "/en/cerca/", "/ar/account/login/")


def main(file: str, keep: str = "") -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if not keep:
        shutil.copyfile(file, connection.settings_dict["NAME"])
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    call_command("migrate", verbosity=0)
    if keep:
        connection.cursor().execute("VACUUM INTO %s", [file])
        return
    visit_as_a_visitor()
    visit_as_everybody_whom_a_menu_invites()


def visit_as_a_visitor() -> None:
    from django.test import Client

    for path in VISITOR:
        see(Client(), path)
    if Client().get("/healthz").json()["database"] != "ok":
        raise SystemExit("/healthz finds no database")


def visit_as_everybody_whom_a_menu_invites() -> None:
    """Whoever is shown an entry of a menu gets a page behind it: a resident, and one person for each role."""
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    from portal.extensions import Role, declared
    from portal.testing.clients import Browser
    from portal.ui.navigation import navigation_of
    from tests.portal.proof.browsers import step_up_now

    people = [get_user_model().objects.create_user(display_name="Nobody in particular")]
    for role in declared(Role):
        person = get_user_model().objects.create_user(display_name=role.key)
        person.give_role(role.key, by=None)
        people.append(person)
    for person in people:
        client = Browser()
        client.force_login(person)
        step_up_now(client)  # as some of it asks for
        see(client, "/casa/")
        request = RequestFactory().get("/casa/")
        request.user = person
        for link in navigation_of(request).all:
            see(client, link.url)


def see(client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code} {answer.headers.get('Location', '')}")
    sys.stdout.write(f"seen {path}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
