from django.urls import path

from . import views

urlpatterns = [
    path("luogo/<uuid:label>/", views.place, name="place"),
    path("luogo/etichette/<int:building_id>/", views.labels, name="labels"),
]
