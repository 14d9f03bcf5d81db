from django.urls import path

from . import views

app_name = "keys"
urlpatterns = [
    path("", views.key_list, name="list"),
    path("<int:key_id>/chiedi/", views.ask, name="ask"),
    path("prestiti/<int:pk>/", views.loan, name="loan"),
    path("prestiti/<int:pk>/<slug:verb>/", views.step, name="step"),
]
