from django.urls import path

from . import views

urlpatterns = [
    path("stanze/<uuid:key>/incontri/nuovo/", views.propose, name="meeting_new"),
    path("incontri/<uuid:key>/", views.meeting, name="meeting"),
    path("incontri/<uuid:key>/calendario.ics", views.calendar, name="meeting_calendar"),
    path("incontri/<uuid:key>/disdici/", views.call_off, name="meeting_call_off"),
    path("incontri/<uuid:key>/passo/<slug:verb>/", views.step, name="meeting_step"),
]
