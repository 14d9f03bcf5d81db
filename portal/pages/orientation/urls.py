from django.urls import path

from . import views

urlpatterns = [
    path("orientamento/", views.orientation, name="orientation"),
    path("orientamento/sportello/", views.to_the_desk, name="orientation_desk"),
]
