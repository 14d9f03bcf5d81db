"""Where the editors' own pages stand in the Wagtail admin."""

from django.urls import path

from . import admin_views as views
from . import template_views

urlpatterns = [
    path("reports/portal-pages/", views.PagesReport.as_view(), name="portal_pages_report"),
    path(
        "reports/portal-pages/results/",
        views.PagesReport.as_view(results_only=True),
        name="portal_pages_report_results",
    ),
    path("reports/portal-languages/", views.languages, name="portal_pages_languages"),
    path("portal-pages/templates/", template_views.choose, name="portal_page_templates"),
    path("portal-pages/readability/", views.readability, name="portal_pages_readability"),
    path("portal-pages/<int:pk>/", views.page_state, name="portal_page_state"),
    path("portal-pages/<int:pk>/read/", views.feedback_read, name="portal_page_feedback_read"),
]
