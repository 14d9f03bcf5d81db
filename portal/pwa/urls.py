from django.urls import path

from . import views

# A worker's address decides what it looks after: from here, everything.
worker_urls = [path("sw.js", views.worker, name="service_worker")]

urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("senza-rete/", views.offline, name="offline"),
]
