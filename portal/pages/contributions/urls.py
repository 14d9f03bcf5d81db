from django.urls import path

from . import views

urlpatterns = [
    path("enti/<int:pk>/proposte/", views.contributions, name="contributions"),
    path("enti/<int:pk>/proposte/voci/<int:entry>/", views.contribution_entry, name="contribution_entry"),
    path("enti/<int:pk>/proposte/<slug:kind>/", views.contribution_new, name="contribution_new"),
]
