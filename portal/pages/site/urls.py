from django.urls import path

from . import feeds, views

# One for the whole site: robots look for them at its root.
site_urls = [
    path("robots.txt", views.robots, name="portal_robots"),
    path("sitemap.xml", views.sitemap, name="portal_sitemap"),
]

urlpatterns = [
    path("mappa/", views.site_map, name="site_map"),
    path("feed/notizie.atom", feeds.NewsFeed(), name="news_atom"),
    path("feed/notizie.rss", feeds.NewsRss(), name="news_rss"),
    path("feed/bandi.atom", feeds.CallsFeed(), name="calls_atom"),
    path("feed/bandi.rss", feeds.CallsRss(), name="calls_rss"),
]
