from django.urls import path

from . import presence_views, views

urlpatterns = [
    path("aiuto/eventi/", views.gatherings, name="gatherings"),
    path("aiuto/eventi/nuovo/", views.new, name="gathering_new"),
    path("aiuto/eventi/<int:pk>/", views.gathering, name="gathering"),
    path("aiuto/eventi/<int:pk>/modifica/", views.change, name="gathering_change"),
    path("aiuto/eventi/<int:pk>/calendario.ics", views.calendar, name="gathering_calendar"),
    path("aiuto/eventi/<int:pk>/presenze/", presence_views.presence, name="gathering_presence"),
    path("aiuto/eventi/<int:pk>/ore/", presence_views.receipt, name="gathering_receipt"),
    path("aiuto/eventi/<int:pk>/<slug:verb>/", views.step, name="gathering_step"),
]
