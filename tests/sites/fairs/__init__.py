"""A Wagtail site that is not the portal, and whose pages are made of the portal's mixins."""
