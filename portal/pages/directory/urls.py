from django.urls import include, path

from . import views
from .api import hsds_patterns

# For machines, which know no language.
hsds_urls = [path("hsds/", include((hsds_patterns(), "ninja"), namespace="hsds"))]

urlpatterns = [
    path("rinnovo/<str:token>/", views.renewal, name="renewal"),
    path("rinnovo/<str:token>/<int:pk>/", views.renewal_entry, name="renewal_entry"),
    path("redazione/risorse/", views.care, name="resources_care"),
    path("redazione/risorse/<int:pk>/<slug:verb>/", views.care_step, name="resources_step"),
]
