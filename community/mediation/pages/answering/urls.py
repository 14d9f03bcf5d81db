from django.urls import path

from . import views

urlpatterns = [
    path("casi/<uuid:key>/invito/", views.answer, name="mediation_answer"),
    path("casi/<uuid:key>/invito/no/", views.decline, name="mediation_decline"),
    path("risposta/", views.declined, name="mediation_declined"),
    path("casi/<uuid:key>/parole/", views.agree_to_words, name="mediation_words"),
    path("casi/<uuid:key>/mediatore/<uuid:row>/", views.consent, name="mediation_consent"),
    path("casi/<uuid:key>/proposta/", views.offer, name="mediation_offer"),
]
