from .conversations.urls import urlpatterns as conversations_urls

app_name = "community"
urlpatterns = [*conversations_urls]
