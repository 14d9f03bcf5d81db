"""A fresh installation begins with a home page of ours where Wagtail puts its own greeting."""

from django.conf import settings
from django.db import migrations

GREETING = "Welcome to your new Wagtail site!"


def turn_into_home(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("portal", "HomePage")
    site = Site.objects.filter(is_default_site=True, root_page__title=GREETING).first()
    if site is None or site.root_page.numchild:
        return  # somebody's own site
    greeting = site.root_page
    home = HomePage(page_ptr=greeting)
    home.__dict__.update({name: value for name, value in greeting.__dict__.items() if name != "_state"})
    home.title = home.draft_title = settings.PORTAL_NAME
    home.content_type = ContentType.objects.get_or_create(app_label="portal", model="homepage")[0]
    home.save()


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_pages"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(turn_into_home, migrations.RunPython.noop)]
