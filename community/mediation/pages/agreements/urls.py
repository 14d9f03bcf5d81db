from django.urls import path

from . import follow_ups, views, writing

urlpatterns = [
    path("casi/<uuid:key>/accordo/", views.agreement, name="mediation_agreement"),
    path("casi/<uuid:key>/accordo/<int:number>/", views.version, name="mediation_agreement_version"),
    path("casi/<uuid:key>/accordo/stampa/", views.to_print, name="mediation_agreement_print"),
    path("casi/<uuid:key>/accordo/accetta/", views.accept, name="mediation_agreement_accept"),
    path("casi/<uuid:key>/accordo/scrivi/", writing.write, name="mediation_agreement_write"),
    path("casi/<uuid:key>/accordo/parlarne-ancora/", views.back, name="mediation_agreement_back"),
    path("casi/<uuid:key>/accordo/non-regge/", follow_ups.reopen, name="mediation_agreement_reopen"),
    path("casi/<uuid:key>/accordo/chiudi/", follow_ups.finish, name="mediation_agreement_finish"),
    path("verifiche/<uuid:key>/", follow_ups.follow_up, name="mediation_follow_up"),
]
