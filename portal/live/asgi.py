from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from .consumer import LiveConsumer

live_application = AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([path("ws/", LiveConsumer.as_asgi())]))
)
