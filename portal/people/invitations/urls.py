from django.urls import path

from . import first_sign_in, returning, views

invitation_urls = [
    # In the letter: whoever has no account yet.
    path("benvenuto/", first_sign_in.welcome, name="welcome"),
    path("benvenuto/lingua/", first_sign_in.language, name="welcome_language"),
    path("benvenuto/nome/", first_sign_in.name, name="welcome_name"),
    path("benvenuto/accesso/", first_sign_in.way, name="welcome_way"),
    path("benvenuto/recapito/", first_sign_in.contact, name="welcome_contact"),
    path("benvenuto/codice/", first_sign_in.contact_code, name="welcome_contact_code"),
    path("benvenuto/password/", first_sign_in.password, name="welcome_password"),
    path("benvenuto/informativa/", first_sign_in.notice, name="welcome_notice"),
    path("informativa/", views.privacy_notice, name="privacy_notice"),
    # For those who let people in.
    path("persone/famiglie/nuova/", views.household_new, name="household_new"),
    path("persone/famiglie/importa/", views.household_import, name="household_import"),
    path("persone/famiglie/importa/modello/", views.import_template, name="household_import_template"),
    path("persone/inviti/", views.newcomers_list, name="newcomers"),
    path("persone/inviti/lettere/", views.letters, name="letters"),
    path("persone/inviti/lettere/pdf/", views.letters_pdf, name="letters_pdf"),
    path("persone/inviti/<int:pk>/lettera/", views.letter, name="letter"),
    path("persone/inviti/<int:pk>/revoca/", views.letter_revoke, name="letter_revoke"),
    path("persone/<int:pk>/rientro/", returning.come_back, name="come_back"),
]
