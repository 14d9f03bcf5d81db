import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

# Apps must be loaded before the edge is imported.
django_application = get_wsgi_application()

from portal.edge import WsgiEdge  # noqa: E402

application = WsgiEdge(django_application)
