from django.urls import path

from . import views

_ONE = "conversazioni/<uuid:key>/"

urlpatterns = [
    path("conversazioni/", views.conversation_list, name="conversations"),
    path("conversazioni/su/<str:label>/<str:key>/", views.conversation_about, name="conversation_about"),
    path(_ONE, views.conversation, name="conversation"),
    path(f"{_ONE}seguito/", views.follow, name="conversation_follow"),
    path(f"{_ONE}letto/", views.read, name="conversation_read"),
    path(f"{_ONE}silenzio/", views.mute, name="conversation_mute"),
    path(f"{_ONE}<int:number>/modifica/", views.edit, name="message_edit"),
    path(f"{_ONE}<int:number>/elimina/", views.delete, name="message_delete"),
]
