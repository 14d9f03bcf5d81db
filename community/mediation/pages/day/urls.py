from django.urls import path

from . import figures, views

urlpatterns = [
    path("giornata/", views.day, name="mediation_day"),
    path("cifre/", figures.figures, name="mediation_figures"),
]
