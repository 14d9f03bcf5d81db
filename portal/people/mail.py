from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage

from portal.tasks import background


@background(attempts=5)
def deliver(person: int | None, subject: str, text: str) -> None:
    """Send a message to the address that a person has now. None is nobody: who asked cannot tell the difference."""
    address = (
        get_user_model().objects.filter(pk=person, is_active=True).values_list("email", flat=True).first()
    )
    if address:
        EmailMessage(subject, text, to=[address]).send()
