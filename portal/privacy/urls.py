from django.urls import path

from . import views

urlpatterns = [
    path("account/letture/", views.my_reads, name="my_reads"),
    path("account/dati/", views.my_data, name="my_data"),
    path("account/dati/<uuid:pk>/scarica/", views.download, name="my_data_download"),
    path("account/dati/cancellazione/", views.ask_erasure, name="ask_erasure"),
    path("persone/letture/", views.reads, name="reads"),
    path("persone/cancellazioni/", views.erasures, name="erasures"),
    path("persone/cancellazioni/<int:pk>/", views.erasure, name="erasure"),
    path("persone/conservazione/", views.retention, name="retention"),
]
