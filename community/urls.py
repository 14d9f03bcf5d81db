from .mutual_aid.time_bank.urls import urlpatterns as time_bank_urls

app_name = "community"
urlpatterns = [*time_bank_urls]
