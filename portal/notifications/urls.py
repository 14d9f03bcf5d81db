from django.urls import path

from . import device_views, views

urlpatterns = [
    path("notifiche/", views.inbox, name="notifications"),
    path("notifiche/conto/", views.count, name="notifications_count"),
    path("notifiche/lette/", views.read_all, name="notifications_read_all"),
    path("notifiche/<int:pk>/", views.notification, name="notification"),
    path("notifiche/<int:pk>/letta/", views.read, name="notification_read"),
    path("account/avvisi/", device_views.devices, name="devices"),
    path("account/avvisi/<int:pk>/togli/", device_views.remove, name="device_remove"),
]
