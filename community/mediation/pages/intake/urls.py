from django.urls import path

from . import views

urlpatterns = [
    path("richieste/", views.requests, name="mediation_requests"),
    path("casi/<uuid:key>/esame/", views.intake, name="mediation_intake"),
    path("casi/<uuid:key>/esame/appunti/", views.notes, name="mediation_notes"),
    path("casi/<uuid:key>/esame/passo/<slug:verb>/", views.step, name="mediation_intake_step"),
    path("casi/<uuid:key>/esame/persone/", views.add_party, name="mediation_add_party"),
    path("casi/<uuid:key>/esame/persone/<uuid:row>/", views.remove_party, name="mediation_remove_party"),
    path(
        "casi/<uuid:key>/esame/persone/<uuid:row>/lingua/",
        views.party_language,
        name="mediation_party_language",
    ),
    path("casi/<uuid:key>/esame/parole/", views.wording, name="mediation_wording"),
    path("casi/<uuid:key>/esame/mediatore/", views.propose, name="mediation_propose"),
    path("casi/<uuid:key>/esame/mediatore/<uuid:row>/", views.release, name="mediation_release"),
]
