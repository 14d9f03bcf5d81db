"""The address that calendars read: one for all languages, because it is kept for years."""

from django.urls import path

from .views import feed

urlpatterns = [path("<slug:token>.ics", feed, name="community_calendar")]
