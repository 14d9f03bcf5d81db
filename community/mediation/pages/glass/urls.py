from django.urls import path

from . import views

_ONE = "vetro/<uuid:key>/"

urlpatterns = [
    path("vetro/", views.glasses, name="mediation_glasses"),
    path(_ONE, views.overview, name="mediation_glass"),
    path(f"{_ONE}storia/", views.story, name="mediation_glass_story"),
    path(f"{_ONE}accordo/", views.agreement, name="mediation_glass_agreement"),
    path(f"{_ONE}stanza/<uuid:room>/", views.room, name="mediation_glass_room"),
    path(f"{_ONE}consento/", views.agree, name="mediation_glass_agree"),
    path(f"{_ONE}avviso/", views.told_about, name="mediation_glass_told"),
]
