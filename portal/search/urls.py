from django.urls import path

from . import views

urlpatterns = [
    path("cerca/", views.search, name="search"),
    path("cerca/suggerimenti/", views.suggestions, name="suggestions"),
    path("cerca/senza-risposta/", views.unmet, name="unmet_searches"),
]
