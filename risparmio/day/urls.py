from django.urls import path

from . import views

urlpatterns = [
    path("giornata/", views.day, name="day"),
]
