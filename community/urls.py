from django.urls import include, path

from .mutual_aid.exchanges.urls import urlpatterns as exchanges_urls

app_name = "community"
urlpatterns = [path("aiuto/", include(exchanges_urls))]
