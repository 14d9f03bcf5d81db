from django.urls import include, path

from .conversations.urls import urlpatterns as conversations_urls
from .mediation.pages.urls import urlpatterns as mediation_urls
from .mutual_aid.calendar.urls import urlpatterns as calendar_urls
from .mutual_aid.exchanges.urls import urlpatterns as exchanges_urls
from .mutual_aid.gatherings.urls import urlpatterns as gatherings_urls
from .mutual_aid.organizations.urls import urlpatterns as organizations_urls
from .mutual_aid.shifts.urls import urlpatterns as shifts_urls
from .mutual_aid.things.urls import urlpatterns as things_urls
from .mutual_aid.time_bank.urls import urlpatterns as time_bank_urls
from .safety.urls import urlpatterns as safety_urls

app_name = "community"

urlpatterns = [
    *calendar_urls,
    *gatherings_urls,
    *shifts_urls,
    *organizations_urls,
    *time_bank_urls,
    path("aiuto/", include(exchanges_urls)),
    *safety_urls,
    *things_urls,
    *conversations_urls,
    path("mediazione/", include(mediation_urls)),
]
