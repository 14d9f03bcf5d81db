from django.urls import path

from . import views

urlpatterns = [
    path("casa/", views.casa, name="casa"),
    path("casa/oggi/", views.day, name="day"),
]
