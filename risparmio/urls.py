from .agreements.urls import urlpatterns as agreements_urls
from .auditing.urls import urlpatterns as auditing_urls
from .bank.urls import urlpatterns as bank_urls
from .day.urls import urlpatterns as day_urls
from .goals.urls import urlpatterns as goals_urls
from .payments.urls import urlpatterns as payments_urls

app_name = "risparmio"
urlpatterns = [
    *agreements_urls,
    *goals_urls,
    *payments_urls,
    *bank_urls,
    *day_urls,
    *auditing_urls,
]
