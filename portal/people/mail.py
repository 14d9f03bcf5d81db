from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage

from portal.tasks import background
from portal.tasks.mail import send


@background(attempts=5, confidential=True)
def deliver(person: int | None, subject: str, text: str) -> None:
    """Send a message to the address that a person has now. None is nobody: who asked cannot tell the difference.

    The text holds codes and links that open an account.
    """
    address = (
        get_user_model().objects.filter(pk=person, is_active=True).values_list("email", flat=True).first()
    )
    if address:
        send(EmailMessage(subject, text, to=[address]))
