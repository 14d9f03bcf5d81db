from django.urls import path

from . import views

urlpatterns = [
    path("aiuto/cose/", views.things, name="things"),
    path("aiuto/cose/nuova/", views.thing_new, name="thing_new"),
    path("aiuto/cose/mie/", views.loans, name="thing_loans"),
    path("aiuto/cose/custodite/", views.kept, name="things_kept"),
    path("aiuto/cose/etichette/", views.labels, name="thing_labels"),
    path("aiuto/cose/codice/", views.by_code, name="thing_by_code"),
    path("aiuto/cose/prestito/<int:pk>/<slug:verb>/", views.loan_step, name="thing_loan_step"),
    path("aiuto/cose/etichetta/<uuid:code>/", views.scan, name="thing_scan"),
    path("aiuto/cose/<uuid:code>/", views.thing, name="thing"),
    path("aiuto/cose/<uuid:code>/prenota/", views.reserve, name="thing_reserve"),
    path("aiuto/cose/<uuid:code>/attesa/<slug:verb>/", views.wait, name="thing_wait"),
    path("aiuto/cose/<uuid:code>/consegna/", views.lend, name="thing_lend"),
    path("aiuto/cose/<uuid:code>/modifica/", views.thing_edit, name="thing_edit"),
    path("aiuto/cose/<uuid:code>/<slug:verb>/", views.thing_step, name="thing_step"),
]
