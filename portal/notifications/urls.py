from django.urls import path

from . import settings_views, views

urlpatterns = [
    path("notifiche/", views.inbox, name="notifications"),
    path("notifiche/conto/", views.count, name="notifications_count"),
    path("notifiche/lette/", views.read_all, name="notifications_read_all"),
    path("account/notifiche/", settings_views.notification_settings, name="notification_settings"),
    path("notifiche/disdetta/<str:token>/", settings_views.unsubscribe, name="unsubscribe"),
    path("notifiche/<int:pk>/", views.notification, name="notification"),
    path("notifiche/<int:pk>/letta/", views.read, name="notification_read"),
]
