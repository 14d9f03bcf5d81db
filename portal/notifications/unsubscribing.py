"""What the link of a mail switches: mail of the kinds that it told of, or all mail."""

from __future__ import annotations

from .channels import OUTSIDE, Channel
from .links import mail_behind
from .preferences import Choices, choose, choose_for_all

BY_MAIL = next(way for way in OUTSIDE if way.channel == Channel.EMAIL)


class Subscription:
    """Raises BadLink for a link that is not ours, or has served."""

    def __init__(self, token: str) -> None:
        row = mail_behind(token)
        self.person = row.person
        told = [row, *row.carried.to_deliver()]
        self.subjects = {one.declaration.subject for one in told if one.declaration}

    @property
    def is_on(self) -> bool:
        """Whether they still get mail of such a kind."""
        choices = Choices([self.person])
        return any(choices.wants(self.person, subject, BY_MAIL) for subject in self.subjects)

    @property
    def is_all_off(self) -> bool:
        return not Choices([self.person]).default(self.person, BY_MAIL)

    def switch(self, *, is_on: bool) -> None:
        choose(self.person, {(subject, BY_MAIL.channel): is_on for subject in self.subjects})

    def switch_all(self, *, is_on: bool) -> None:
        choose_for_all(self.person, BY_MAIL.channel, is_on=is_on)
