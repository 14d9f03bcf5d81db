"""A small real server behind the edge, for test_edge.py: `uvicorn tests.portal.edge_server:application`."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import re_path

from portal import edge

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    LANGUAGE_CODE="it",
    LANGUAGES=[("it", "Italian"), ("en", "English"), ("ar", "Arabic")],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    FILE_UPLOAD_TEMP_DIR=os.environ.get("UPLOAD_DIR"),
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    PORTAL_NAME="Abitare",
    PORTAL_EMERGENCY_NUMBER="112",
    PORTAL_MAX_BODY=30 * edge.MEBIBYTE,
    PORTAL_BODY_IDLE=1,
)
edge.GRACE = 3


def size_of_body(request):
    return HttpResponse(str(sum(len(chunk) for chunk in request)))


urlpatterns = [re_path("", size_of_body)]
application = edge.Edge(get_asgi_application())
