"""The addresses of what one proves oneself by."""

from django.urls import path

from . import step_up

urlpatterns = [
    path("account/conferma/", step_up.confirm, name="step_up"),
]
