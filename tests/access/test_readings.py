"""Every page on which staff opens what is one person's says how that leaves a trace, or why it need not."""

from contextlib import contextmanager

import pytest
import wagtail.admin.urls
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from portal.access.models import ConfidentialRead
from portal.testing.clients import Browser
from tests.portal.proof.browsers import step_up_now

from .pages import address
from .people import STAFF
from .readings import PAGES, REGISTERS
from .routes import ROUTES
from .shapes import Asks, Notes
from .test_budgets import PAGE

BESIDES = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


def opened_by_staff():
    """The addresses that lead to one thing, and that somebody of the staff may look at."""
    for name, route in ROUTES.items():
        if route.path or not {"get"} <= set(route.methods) or route.get >= 400:
            continue
        if any(thing.seen_by & STAFF for thing in route.things) and "<" in template_of(name):
            yield name


def template_of(name):
    """How the address is written ("persone/<int:pk>/ruoli/")."""
    return _templates()[name]


def _templates(found={}):  # noqa: B006 - read once
    def below(resolver, namespace, route):
        for pattern in resolver.url_patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                found[f"{namespace}{pattern.name}" if pattern.name else here] = here.replace("(?P<", "<")
            else:
                below(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace, here)

    if not found:
        below(get_resolver(), "", "")
    return found


def registers():
    """The registers of ours in Wagtail's admin of which a row is opened."""

    def below(urlpatterns, route=""):
        for pattern in urlpatterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                callback = getattr(pattern.callback, "view_class", None)
                model = (pattern.callback.view_initkwargs.get("model") if callback else None) or None
                if "edit/<" in here and model is not None and here.count("/") == 3:
                    yield here.split("/")[0], model
            else:
                yield from below(pattern.url_patterns, here)

    ours = ("portal", "community", "manutenzione", "risparmio")
    return {name for name, model in below(wagtail.admin.urls.urlpatterns) if model._meta.app_label in ours}


def test_every_page_that_leads_to_one_thing_has_decided():
    assert set(opened_by_staff()) - set(PAGES) == set(), (
        "say in tests/access/readings.py what trace it leaves"
    )
    assert set(PAGES) - set(ROUTES) == set(), "declared pages that do not exist"


def test_every_register_has_decided():
    assert registers() - set(REGISTERS) == set(), "say in tests/access/readings.py what trace it leaves"
    assert set(REGISTERS) - registers() == set(), "declared registers that do not exist"


ALL = {**PAGES, **{f"register of {name}": decided for name, decided in REGISTERS.items()}}


@pytest.mark.parametrize("name", [name for name, decided in ALL.items() if isinstance(decided, Notes)])
def test_a_page_that_notes_leaves_one_trace_that_the_person_can_read(world, name):
    page = ALL[name]
    with somebody(world, page.persona) as client:
        before = set(ConfidentialRead.objects.values_list("pk", flat=True))
        client.get("/account/")  # what every page asks for, and remembers
        ContentType.objects.get_for_models(*apps.get_models())  # which a process reads once
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page.path(world)).status_code == 200
        asked = [query["sql"] for query in captured if not query["sql"].startswith(BESIDES)]
        assert len(asked) <= PAGE, asked
        assert client.get(page.path(world)).status_code == 200
        about, reads = page.about(world), ConfidentialRead.objects.exclude(pk__in=before)
        people = about if isinstance(about, list) else [about]
        assert sorted(read.about_id for read in reads) == sorted(person.pk for person in people)
        assert {(read.reader, read.reason) for read in reads} == {(world.users[page.persona], page.reason)}


@pytest.mark.parametrize("name", [name for name, decided in ALL.items() if isinstance(decided, Asks)])
def test_a_page_that_asks_stays_closed_until_it_is_told(world, name):
    page = ALL[name]
    with somebody(world, page.persona) as client:
        asked = client.get(page.path(world))
        assert asked.templates[0].name == "portal/access/why.html"
        before = ConfidentialRead.objects.count()
        opened = client.post(page.path(world), {"why": "support"}, follow=True)
        assert "portal/access/why.html" not in [template.name for template in opened.templates]
        assert ConfidentialRead.objects.count() == before + page.people(world)


@pytest.mark.parametrize("name", [name for name, decided in PAGES.items() if isinstance(decided, str)])
def test_a_page_that_leaves_none_leaves_none(world, name):
    """Whoever changes it to write a reading down declares it here."""
    route = ROUTES[name]
    for thing in route.things:
        for persona in sorted(thing.seen_by & STAFF)[:1]:
            with somebody(world, persona) as client:
                before = ConfidentialRead.objects.count()
                client.get(address(name, thing.arguments(world)))
                assert ConfidentialRead.objects.count() == before


@contextmanager
def somebody(world, persona):
    """A browser of this persona's own, whose sign-in was a moment ago; whatever it changes is taken back."""
    with transaction.atomic():
        client = Browser()
        # Read anew: what is taken back in the database stays in a person that was read before.
        client.force_login(get_user_model().objects.get(pk=world.users[persona].pk))
        step_up_now(client)
        yield client
        transaction.set_rollback(True)
