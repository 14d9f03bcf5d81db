"""One ASGI application: HTTP behind the edge's limits, and the one WebSocket."""

import os

from portal.handler import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

# Apps must be loaded before anything below imports a model.
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from portal.edge import Edge  # noqa: E402
from portal.live.asgi import live_application  # noqa: E402

application = ProtocolTypeRouter({"http": Edge(django_application), "websocket": live_application})
