from .agreements.urls import urlpatterns as agreements_urls

app_name = "risparmio"
urlpatterns = [*agreements_urls]
