from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.it import codicefiscale, iva
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="home", order=100)
class AgencyDetails(BaseSiteSetting):
    """What the law wants at the foot of every page of a public service: who answers for it, and where it is written to.

    Nothing of it is asked for: a site that has not said so shows nothing in its place.
    """

    legal_name = models.CharField(
        _("name of the agency"),
        max_length=160,
        blank=True,
        help_text=_("In full, as on a letter: who answers for this portal."),
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    tax_code = models.CharField(
        _("tax code"), max_length=16, blank=True, help_text=_("Tax code or VAT number, without IT.")
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    pec = models.EmailField(
        _("certified e-mail (PEC)"), blank=True, help_text=_("It has the weight of a registered letter.")
    )
    transparency_url = models.URLField(
        _("transparent administration"),
        blank=True,
        help_text=_("The page on which the body publishes what the law on transparency asks for."),
    )

    panels = (
        MultiFieldPanel([FieldPanel("legal_name"), FieldPanel("address"), FieldPanel("tax_code")], _("Who")),
        MultiFieldPanel(
            [FieldPanel("email"), FieldPanel("pec"), FieldPanel("transparency_url")], _("Where to write")
        ),
    )

    class Meta:
        verbose_name = _("the agency")

    def clean(self) -> None:
        if self.tax_code:
            try:
                self.tax_code = _number(self.tax_code)
            except NumberError as error:
                raise ValidationError(
                    {"tax_code": _("This is no tax code or VAT number: a digit is wrong or missing.")}
                ) from error


def _number(typed: str) -> str:
    """A body's code has eleven digits, a person's sixteen signs; the last is a check on the others."""
    try:
        return iva.validate(typed)
    except NumberError:
        return codicefiscale.validate(typed)
