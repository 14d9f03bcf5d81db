"""Mail from a background task. What goes wrong is told without naming anybody."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage


class NotSent(Exception):
    """A message could not be sent. It says the sort of error and the server's code, and no more."""

    @classmethod
    def because_of(cls, error: Exception) -> NotSent:
        answer = getattr(error, "response", None)  # of a provider that is asked over the web
        codes = (
            getattr(error, "smtp_code", None),
            getattr(answer, "status_code", None),
            getattr(error, "code", None),
        )
        code = next((code for code in codes if isinstance(code, int)), "")
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code = next((code for code, _ in error.recipients.values()), "")
        return cls(f"{type(error).__name__} {code}".strip())


def send(message: EmailMessage) -> None:
    """Hand the message to the mail server. Raises NotSent, so that the task is tried again.

    Without its cause: a server's words repeat the address, and neither logs nor the results of tasks name people.
    """
    try:
        message.send()
    except Exception as error:
        raise NotSent.because_of(error) from None
