from django.urls import path

from . import views

urlpatterns = [path("cerca/", views.search, name="search")]
