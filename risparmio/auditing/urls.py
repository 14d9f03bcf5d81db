from django.urls import path

from . import views

urlpatterns = [
    path("libro/", views.book, name="book"),
    path("libro/bilancio.csv", views.book_csv, name="book_csv"),
    path("libro/chiusura/", views.close, name="close_period"),
    path("libro/registrazioni/", views.entries, name="entries"),
    path("libro/registrazioni/<int:number>/", views.entry, name="entry"),
    path("libro/campione/", views.sample, name="sample"),
    path("libro/verifica/", views.verify, name="verify"),
    path("libro/archivio/", views.archive, name="archive"),
    path("libro/archivio/<int:pk>/archivio.zip", views.archive_file, name="archive_file"),
]
