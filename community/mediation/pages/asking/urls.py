"""What mediation is, the safety screen, and asking for one."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="mediation_home"),
    path("mie/", views.mine, name="mediation_mine"),
    path("chiedi/", views.safety, name="mediation_safety"),
    path("chiedi/racconta/", views.ask, name="mediation_ask"),
    path("chiedi/insieme/", views.ask_together, name="mediation_ask_together"),
    path("chiedi/insieme/fatto/", views.handed_in, name="mediation_handed_in"),
]
