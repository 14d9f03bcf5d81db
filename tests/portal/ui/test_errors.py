"""The pages for what went wrong say whose portal this is, and whom to call there."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory

from portal.ui import errors

HANDLERS = {
    400: lambda request: errors.bad_request(request, ValueError()),
    403: lambda request: errors.permission_denied(request, PermissionError()),
    404: lambda request: errors.page_not_found(request, LookupError()),
    413: lambda request: errors.bad_request(request, RequestDataTooBig()),
    500: errors.server_error,
}


@pytest.mark.parametrize("status", HANDLERS)
def test_it_is_of_this_installation(settings, status):
    settings.PORTAL_NAME, settings.PORTAL_EMERGENCY_NUMBER = "Casa Nostra", "118"
    answer = HANDLERS[status](RequestFactory().get("/ar/casa/"))

    page = answer.content.decode()
    assert answer.status_code == status
    assert "Casa Nostra" in page
    assert 'href="tel:118"' in page
    assert "Abitare" not in page


def test_a_form_without_its_token_is_answered_by_this_installation(settings):
    settings.PORTAL_NAME, settings.PORTAL_EMERGENCY_NUMBER = "Casa Nostra", "118"
    page = errors.csrf_failure(RequestFactory().post("/")).content.decode()

    assert "Casa Nostra" in page
    assert 'href="tel:118"' in page
