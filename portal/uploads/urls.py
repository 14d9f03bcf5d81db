from django.urls import path

from . import views

urlpatterns = [
    path("photos/<uuid:pk>/", views.photo, name="photo"),
    path("photos/<uuid:pk>/small/", views.photo, {"size": "small"}, name="photo_small"),
    path("voices/<uuid:pk>/", views.voice_note, name="voice_note"),
]
