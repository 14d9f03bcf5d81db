from django.contrib.auth.hashers import Argon2PasswordHasher


class LeanArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id at the OWASP minimum (19 MiB, 2 passes, 1 lane): a seventh of the time that Django's default costs."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
