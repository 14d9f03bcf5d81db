from django.urls import path

from . import failures_views, settings_views, views
from .push import views as device_views

urlpatterns = [
    path("notifiche/", views.inbox, name="notifications"),
    path("notifiche/conto/", views.count, name="notifications_count"),
    path("notifiche/lette/", views.read_all, name="notifications_read_all"),
    path("account/notifiche/", settings_views.notification_settings, name="notification_settings"),
    path("notifiche/mancate/", failures_views.failures, name="deliveries"),
    path("notifiche/mancate/riprova/", failures_views.try_all, name="deliveries_try_all"),
    path("notifiche/mancate/<int:pk>/riprova/", failures_views.try_one, name="delivery_try"),
    path("notifiche/disdetta/<str:token>/", settings_views.unsubscribe, name="unsubscribe"),
    path("notifiche/<int:pk>/", views.notification, name="notification"),
    path("notifiche/<int:pk>/letta/", views.read, name="notification_read"),
    path("account/avvisi/", device_views.devices, name="screens"),
    path("account/avvisi/<int:pk>/togli/", device_views.remove, name="screen_remove"),
]
