from django.urls import path

from . import views
from .appointments.urls import urlpatterns as appointment_urls

urlpatterns = [
    path("scrivi/", views.write, name="write"),
    path("messaggi/", views.letterbox, name="letterbox"),
    path("messaggi/<int:pk>/", views.thread, name="thread"),
    path("messaggi/<int:pk>/<slug:verb>/", views.step, name="thread_step"),
    *appointment_urls,
]
