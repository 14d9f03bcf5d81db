from .agreements.urls import urlpatterns as agreements_urls
from .answering.urls import urlpatterns as answering_urls
from .asking.urls import urlpatterns as asking_urls
from .cases.urls import urlpatterns as cases_urls
from .day.urls import urlpatterns as day_urls
from .diary.urls import urlpatterns as diary_urls
from .glass.urls import urlpatterns as glass_urls
from .intake.urls import urlpatterns as intake_urls
from .meetings.urls import urlpatterns as meetings_urls
from .rooms.urls import urlpatterns as rooms_urls

urlpatterns = [
    *asking_urls,
    *cases_urls,
    *intake_urls,
    *answering_urls,
    *rooms_urls,
    *meetings_urls,
    *agreements_urls,
    *diary_urls,
    *day_urls,
    *glass_urls,
]
