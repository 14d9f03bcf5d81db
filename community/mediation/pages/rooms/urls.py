from django.urls import path

from . import carrying, views

_ROOM = "stanze/<uuid:key>/"
_WORD = "parole/<uuid:key>/"

urlpatterns = [
    path(_ROOM, views.room, name="mediation_room"),
    path(f"{_ROOM}seguito/", views.follow, name="mediation_room_follow"),
    path(f"{_ROOM}diario/", views.shared, name="mediation_room_diary"),
    path(f"{_ROOM}letto/", views.read, name="mediation_room_read"),
    path(f"{_WORD}porta/", carrying.carry, name="mediation_carry"),
    path(f"{_WORD}chiedi/", carrying.ask, name="mediation_carry_ask"),
    path(f"{_WORD}resta/", carrying.keep, name="mediation_carry_keep"),
]
