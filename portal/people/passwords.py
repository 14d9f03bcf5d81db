"""What a password must be, said in the languages of the portal, and one thing at a time."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def what_a_password_is() -> str:
    """What the validators of this installation ask for, in the reader's language."""
    return " ".join(password_validation.password_validators_help_texts())


class PasswordValidator:
    """Long enough, not like what is known of the person, not one that everybody takes. The first that fails is said.

    Django's own validators decide. Their sentences are several at once, name columns of our tables, and have no Arabic.
    """

    def __init__(self, *, min_length: int, user_attributes: tuple[str, ...]) -> None:
        self.min_length = min_length
        self._checks = (
            (password_validation.MinimumLengthValidator(min_length), self._too_short),
            (password_validation.UserAttributeSimilarityValidator(user_attributes), _like_the_person),
            (password_validation.CommonPasswordValidator(), _common),
        )

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError, with one message and Django's code of it."""
        for validator, said in self._checks:
            try:
                validator.validate(password, user)
            except ValidationError as error:
                raise ValidationError(said(), code=error.code) from None

    def get_help_text(self) -> str:
        return ngettext(
            "At least %(count)d character. Three or four words in a row are easy to remember.",
            "At least %(count)d characters. Three or four words in a row are easy to remember.",
            self.min_length,
        ) % {"count": self.min_length}

    def _too_short(self) -> str:
        return ngettext(
            "This password is too short: it needs at least %(count)d character.",
            "This password is too short: it needs at least %(count)d characters.",
            self.min_length,
        ) % {"count": self.min_length}


def _like_the_person() -> str:
    return _(
        "This password is too much like your name, your e-mail address or your phone number: others could guess it. "
        "Take other words."
    )


def _common() -> str:
    return _(
        "Many people use this password: others could guess it. Take three or four words that only you know."
    )
