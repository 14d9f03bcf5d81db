import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from portal.people.models import ADMINISTRATOR, User


class Command(BaseCommand):
    help = "Make the first administrator: who gives everybody else their roles. Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--email", help="the address they sign in with")
        parser.add_argument("--name", help="the name that others see")
        parser.add_argument(
            "--no-password",
            action="store_true",
            help="ask for no password: they sign in with a code by e-mail",
        )

    def handle(self, *args, email=None, name=None, no_password=False, **options):
        email = self._valid_email(email or self._ask("E-mail address: ", "--email"))
        person = User.objects.filter(email=email).first()
        if person and not person.is_active:
            raise CommandError(f"The account of {email} is closed. Open it in the register of people first.")
        if person is None:
            name = (name or self._ask("Name to show: ", "--name")).strip()
            if not 0 < len(name) <= 80:
                raise CommandError("The name needs between 1 and 80 characters.")
            person = User(email=email, display_name=name)
            password = None if no_password else self._password(person)
            person.set_password(password)
        elif person.is_superuser and person.has_role(ADMINISTRATOR):
            self.stdout.write(f"{person} is administrator already.")
            return
        with transaction.atomic():
            person.is_superuser = True
            person.save()
            person.give_role(ADMINISTRATOR, by=None)
        self.stdout.write(self.style.SUCCESS(f"{person} is administrator. Sign in at /account/login/"))

    def _ask(self, question: str, option: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError(f"Nobody is here to ask: give {option}.")
        return input(question)

    def _valid_email(self, email: str) -> str:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is no e-mail address.") from None
        return email

    def _password(self, person: User) -> str:
        if not sys.stdin.isatty():
            raise CommandError(
                "Nobody is here to ask for a password: give --no-password, and sign in with a code by e-mail."
            )
        while True:
            password = getpass.getpass("Password (10 characters or more): ")
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                continue
            if password == getpass.getpass("Once more: "):
                return password
            self.stderr.write("They were not the same.")
