from django.urls import path

from . import views

urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.agreement, name="agreement"),
]
