"""Makes the tables and one account, whose address and password are the arguments."""

import sys

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth import get_user_model  # noqa: E402 (the models need the settings above)

email, password = sys.argv[1:]
get_user_model().objects.create_user(username="user", email=email, password=password)
