from django.urls import path

from . import views

urlpatterns = [path("aiuto/calendario/", views.link, name="calendar_link")]
