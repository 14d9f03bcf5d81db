"""Start that site, without the portal among its apps, and try what the mixins promise. Run by test_fairs.py."""

from __future__ import annotations

import sys
from datetime import timedelta

from django.conf import settings

settings.configure(
    SECRET_KEY="of a site that nobody else sees",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF="tests.sites.fairs.urls",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "tests.sites.fairs",
        "wagtail.users",
        "wagtail.search",
        "wagtail.images",
        "wagtail.documents",
        "wagtail.admin",
        "wagtail",
        "modelcluster",
        "taggit",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    WAGTAIL_SITE_NAME="Fairs",
    WAGTAILADMIN_BASE_URL="http://testserver",
    LANGUAGE_CODE="it",
    LANGUAGES=[("it", "Italian"), ("en", "English")],
    WAGTAIL_CONTENT_LANGUAGES=[("it", "Italian"), ("en", "English")],
    USE_TZ=True,
    TIME_ZONE="Europe/Rome",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    STATIC_URL="/static/",
    # Tables from the models alone: the site's own have no migrations.
    MIGRATION_MODULES=dict.fromkeys(
        (
            "fairs",
            "wagtailusers",
            "wagtailsearch",
            "wagtailimages",
            "wagtaildocs",
            "wagtailadmin",
            "wagtailcore",
        )
        + ("taggit", "auth", "contenttypes", "sessions")
    ),
)


def main() -> None:
    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.core.management import call_command
    from django.db import IntegrityError, transaction
    from django.test import Client
    from django.utils import timezone
    from wagtail.models import Locale, Page, Site

    from .models import FairPage, FairsPage, FairThreshold

    assert not [name for name in settings.INSTALLED_APPS if name.startswith("portal")]
    call_command("check", fail_level="ERROR")
    call_command("migrate", run_syncdb=True, verbosity=0)
    now, today = timezone.now(), timezone.localdate()
    Locale.objects.create(language_code="it")
    index = FairsPage(title="Fiere", slug="fiere")
    Page.add_root(instance=Page(title="Root", slug="root")).add_child(instance=index)
    Site.objects.create(hostname="testserver", root_page=index, is_default_site=True)
    facts = {
        "starts_at": now + timedelta(days=9),
        "ends_at": now + timedelta(days=10),
        "opens_on": today,
        "closes_on": today,
    }
    fair = index.add_child(instance=FairPage(title="Fiera", slug="fiera", **facts))
    fair.thresholds.add(FairThreshold(what="isee_max", value=100, unit="eur", year=2026, source="Bando"))
    fair.save()

    client = Client()
    assert client.get("/").content.decode().strip() == "Fiere|Fiera /fiera/;"
    start = timezone.localtime(facts["starts_at"]).isoformat()
    assert client.get("/fiera/").content.decode().strip() == f"Fiera|{start}|1"
    assert client.get("/fiera/ics/").content.startswith(b"BEGIN:VCALENDAR")
    assert list(FairPage.objects.open_now().admitting_isee(100)) == [fair]
    assert not FairPage.objects.open_now().admitting_isee(101)
    for name, wrong in (
        ("ends_at", now),
        ("closes_on", today - timedelta(days=1)),
        ("resources_to", 0),
    ):
        good = getattr(fair, name)
        try:
            with transaction.atomic():
                FairPage.objects.filter(pk=fair.pk).update(**{name: wrong})
        except IntegrityError as refused:
            print("the database refuses", name, refused)
        else:
            sys.exit(f"{name} may be {wrong}")
        if name != "resources_to":
            setattr(fair, name, wrong)
            try:
                fair.full_clean()
            except ValidationError as said:
                assert name in said.message_dict, said
            else:
                sys.exit(f"nobody says that {name} is wrong")
            setattr(fair, name, good)
    print("stands")


if __name__ == "__main__":
    main()
