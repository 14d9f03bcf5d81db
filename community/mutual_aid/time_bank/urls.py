from django.urls import path

from . import views

urlpatterns = [
    path("aiuto/ore/", views.hours, name="hours"),
    path("aiuto/ore/dono/", views.gift, name="hours_gift"),
    path("aiuto/ore/fondo/", views.ask_pot, name="hours_ask"),
    path("aiuto/ore/richieste/", views.pot_requests, name="pot_requests"),
    path("aiuto/ore/richieste/<int:pk>/<slug:verb>/", views.pot_request_step, name="pot_request_step"),
    path("aiuto/ore/enti/<int:pk>/", views.hours_of_organization, name="hours_organization"),
]
