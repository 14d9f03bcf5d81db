"""The link by which somebody chooses a new password: worth nothing once their sessions have been ended."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetTokenGenerator(PasswordResetTokenGenerator):
    """Django's forgets a link once the password, the address or the last sign-in has changed, and asks no table.

    What ends the person's sessions (a lost phone, a household left) ends the links that were on their way as well.
    """

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"
