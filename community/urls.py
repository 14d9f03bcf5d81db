from .safety.urls import urlpatterns as safety_urls

app_name = "community"
urlpatterns = [*safety_urls]
