from .mutual_aid.shifts.urls import urlpatterns as shifts_urls

app_name = "community"
urlpatterns = [*shifts_urls]
