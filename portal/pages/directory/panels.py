"""Panels of the editor that only the page in the first language has: a translation reads its facts there."""

from wagtail.admin.panels import InlinePanel, MultiFieldPanel


class FactsPanel(MultiFieldPanel):
    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.is_first


class PlacesPanel(InlinePanel):
    class BoundPanel(InlinePanel.BoundPanel):
        def __init__(self, **kwargs) -> None:
            form = kwargs.get("form")
            self.is_absent = form is not None and kwargs["panel"].relation_name not in form.formsets
            super().__init__(**{**kwargs, "form": None if self.is_absent else form})

        def is_shown(self) -> bool:
            return not self.is_absent and super().is_shown()
