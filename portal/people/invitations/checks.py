"""Whether letters can be had as PDF on this machine.

Information and no warning: the page prints just as well, and where the libraries are missing nothing is broken.
"""

from django.core import checks

from portal.ui.pdf import can_print_pdf


@checks.register("portal", deploy=True)
def check_pdf(app_configs, **kwargs) -> list[checks.CheckMessage]:
    if can_print_pdf():
        return []
    return [
        checks.Info(
            "Letters, receipts and statements can be printed as pages, and not as PDF: WeasyPrint does not find pango.",
            hint="On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core",
            id="portal.I001",
        )
    ]
