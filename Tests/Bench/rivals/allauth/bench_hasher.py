"""Argon2id at the program's settings."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Django's hasher with 46 MiB, one pass and one lane."""

    memory_cost = 47104
    time_cost = 1
    parallelism = 1
