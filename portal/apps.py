from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from portal.access.append_only import refuse_to_go_on_without
        from portal.extensions import checks  # noqa: F401
        from portal.live import checks as live_checks  # noqa: F401
        from portal.pages.orientation import checks as orientation_checks  # noqa: F401
        from portal.pages.roles import let_editors_write, let_pages_be_reviewed
        from portal.people import checks as people_checks  # noqa: F401
        from portal.people.roles import sync_roles
        from portal.sealing import checks as sealing_checks  # noqa: F401

        # INSTALLED_APPS is the only switch: whoever is installed is asked for its rules and its declarations.
        autodiscover_modules("rules")
        autodiscover_modules("portal_hooks")
        post_migrate.connect(sync_roles, dispatch_uid="portal.people.roles")
        post_migrate.connect(let_editors_write, dispatch_uid="portal.pages.roles")
        post_migrate.connect(let_pages_be_reviewed, dispatch_uid="portal.pages.review")
        post_migrate.connect(refuse_to_go_on_without, sender=self, dispatch_uid="portal.access.append_only")
