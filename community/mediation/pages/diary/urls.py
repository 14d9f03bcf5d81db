from django.urls import path

from . import views

_ONE = "diario/<uuid:key>/"

urlpatterns = [
    path("diario/", views.diary, name="diary"),
    path("diario/strappa/", views.tear_up, name="diary_tear_up"),
    path(_ONE, views.entry, name="diary_entry"),
    path(f"{_ONE}condividi/<uuid:case>/", views.share, name="diary_share"),
    path(f"{_ONE}riprendi/", views.take_back, name="diary_take_back"),
    path(f"{_ONE}elimina/", views.tear_out, name="diary_tear_out"),
]
