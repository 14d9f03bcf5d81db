from .mutual_aid.things.urls import urlpatterns as things_urls
from .safety.urls import urlpatterns as safety_urls

app_name = "community"
urlpatterns = [*safety_urls, *things_urls]
