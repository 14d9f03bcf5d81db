from django.urls import path

from . import views

# What hangs on a wall knows no language.
scan_urls = [
    path("etichetta/<uuid:label>/", views.scan, name="scan"),
]

urlpatterns = [
    path("luogo/<uuid:label>/", views.place, name="place"),
    path("luogo/etichette/<int:building_id>/", views.labels, name="labels"),
]
