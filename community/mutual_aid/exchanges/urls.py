from django.urls import path

from . import board, care, first_day, mine, views

urlpatterns = [
    path("", board.board, name="board"),
    path("mie/", mine.mine, name="mine"),
    path("inizio/", first_day.first_day, name="first_day"),
    path("cura/", care.care, name="exchange_care"),
    path("nuovo/", views.post_new, name="post_new"),
    path("annunci/<int:pk>/", views.post, name="post"),
    path("annunci/<int:pk>/modifica/", views.post_edit, name="post_edit"),
    path("annunci/<int:pk>/chiedi/", views.ask, name="ask"),
    path("annunci/<int:pk>/<slug:verb>/", views.post_step, name="post_step"),
    path("scambi/<int:pk>/", views.exchange, name="exchange"),
    path("scambi/<int:pk>/<slug:verb>/", views.exchange_step, name="exchange_step"),
]
