from django.urls import include, path

from .mutual_aid.exchanges.urls import urlpatterns as exchanges_urls
from .mutual_aid.time_bank.urls import urlpatterns as time_bank_urls

app_name = "community"
urlpatterns = [path("aiuto/", include(exchanges_urls)), *time_bank_urls]
