"""The question "where does it take place?" in a form."""

from __future__ import annotations

from itertools import groupby

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from portal.ui.words import isolated

from .audience_field import AudienceField
from .neighbourhood import Audience


class AreaField(forms.ModelChoiceField):
    """Offers the common areas of where the audience is (`offer_near` first), by their buildings."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=None,
            required=False,
            label=_("Where does it take place?"),
            empty_label=_("somewhere else"),
            **kwargs,
        )

    def offer_near(self, audience: AudienceField, chosen: str | None) -> None:
        """The building of the audience that is `chosen` ("building:3") stands first, then the others that may be."""
        offered = audience.offered
        near = [meant.building for meant in offered if meant.audience == Audience.BUILDING]
        near.sort(key=lambda building: f"{Audience.BUILDING}:{building.pk}" != chosen)
        order = {building.pk: place for place, building in enumerate(near)}
        areas = apps.get_model("portal", "CommonArea").objects.select_related("building")
        self.queryset = areas.filter(building__municipality__in={meant.municipality.pk for meant in offered})
        found = sorted(
            self.queryset,
            key=lambda area: (
                order.get(area.building_id, len(order)),
                str(area.building),
                area.building_id,
                area.pk,
            ),
        )
        self.choices = [
            ("", self.empty_label),
            *(
                # In each option too: of a list that is closed one reads nothing but what is chosen.
                (str(building), [(area.pk, _in_its_building(area)) for area in group])
                for building, group in groupby(found, key=lambda area: area.building)
            ),
        ]


def _in_its_building(area) -> str:
    return " · ".join(map(isolated, (str(area), str(area.building))))
