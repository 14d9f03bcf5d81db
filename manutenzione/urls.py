from .tickets.urls import urlpatterns as tickets_urls

app_name = "manutenzione"
urlpatterns = [*tickets_urls]
