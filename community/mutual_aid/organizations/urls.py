from django.urls import path

from . import figures, views

urlpatterns = [
    path("aiuto/cifre/", figures.figures, name="figures"),
    path("aiuto/cifre/tabella/", figures.figures_export, name="figures_export"),
    path("aiuto/enti/<int:pk>/", views.organization, name="organization"),
    path("aiuto/enti/<int:pk>/ore/", views.organization_hours, name="organization_hours"),
    path("aiuto/enti/<int:pk>/tabelle/<slug:what>/", views.organization_export, name="organization_export"),
]
