"""The addresses. Those of people carry the language (none for Italian); those of machines never do."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.dashboard.urls import urlpatterns as dashboard_urls
from portal.desk.urls import urlpatterns as desk_urls
from portal.extensions.urls import included_urls
from portal.housing.urls import scan_urls
from portal.housing.urls import urlpatterns as housing_urls
from portal.notifications.urls import urlpatterns as notifications_urls
from portal.pages.contributions.urls import urlpatterns as contributions_urls
from portal.pages.directory.urls import hsds_urls
from portal.pages.directory.urls import urlpatterns as directory_urls
from portal.pages.editing.urls import urlpatterns as editing_urls
from portal.pages.orientation.urls import urlpatterns as orientation_urls
from portal.pages.site.urls import site_urls
from portal.pages.site.urls import urlpatterns as pages_urls
from portal.people.doors import closed_doors, closed_page_doors
from portal.people.urls import account_urls, demo_urls, people_urls
from portal.privacy.urls import urlpatterns as privacy_urls
from portal.proof.urls import account_urls as proof_account_urls
from portal.proof.urls import urlpatterns as proof_urls
from portal.pwa.urls import urlpatterns as pwa_urls
from portal.pwa.urls import worker_urls
from portal.search.urls import urlpatterns as search_urls
from portal.tasks.urls import urlpatterns as tasks_urls
from portal.ui.urls import urlpatterns as ui_urls
from portal.uploads.urls import urlpatterns as uploads_urls

portal_urls = [
    *dashboard_urls,
    *people_urls,
    *proof_urls,
    *housing_urls,
    *desk_urls,
    *orientation_urls,
    *directory_urls,
    *notifications_urls,
    *privacy_urls,
    *pages_urls,
    *search_urls,
    *editing_urls,
    *contributions_urls,
    *pwa_urls,
    *ui_urls,
]

urlpatterns = [
    *closed_doors,
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *tasks_urls,
    *worker_urls,
    *uploads_urls,
    *scan_urls,
    *site_urls,
    *hsds_urls,
    *demo_urls,
    *included_urls(translated=False),
    *i18n_patterns(
        path("", include((portal_urls, "portal"))),
        path("account/", include([*account_urls, *proof_account_urls])),
        *included_urls(translated=True),
        *closed_page_doors,
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]

handler400 = "portal.ui.errors.bad_request"
handler403 = "portal.ui.errors.permission_denied"
handler404 = "portal.ui.errors.page_not_found"
handler500 = "portal.ui.errors.server_error"
