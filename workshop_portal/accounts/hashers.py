"""The password hash, for the few accounts that have a password."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2SmallHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB and one lane: a sign-in costs 10 to 15 times less CPU than the default.

    Units: memory_cost in KiB. Source: OWASP Password Storage Cheat Sheet, second choice.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
