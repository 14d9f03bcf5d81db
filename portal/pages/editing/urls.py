from django.urls import path

from . import views

urlpatterns = [
    path("utile/<int:pk>/", views.useful, name="useful"),
    path("utile/<int:pk>/risposta/", views.useful_touched, name="useful_touched"),
    path("utile/<int:pk>/grazie/", views.useful_thanks, name="useful_thanks"),
]
