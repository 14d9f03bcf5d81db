from django.urls import path

from . import views

_ONE = "casi/<uuid:key>/"

urlpatterns = [
    path(_ONE, views.case, name="mediation"),
    path(f"{_ONE}storia/", views.past, name="mediation_past"),
    path(f"{_ONE}passo/<slug:slug>/", views.step, name="mediation_step"),
    path(f"{_ONE}esci/", views.leave, name="mediation_leave"),
    path(f"{_ONE}lascia/", views.give_back, name="mediation_give_back"),
]
