from django.urls import path

from .views import style_guide

urlpatterns = [path("stile/", style_guide, name="style_guide")]
