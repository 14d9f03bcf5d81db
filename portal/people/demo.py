"""The demo's people: all invented; no address receives mail and no number rings (02 0000 … is given to nobody)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.extensions import Persona
from portal.extensions.delegations import delegation_scopes

from .delegations.models import Delegation
from .models import Household, Organization, User
from .papers.models import SignInCode, SignInSheet, digest

PERSONAS = (
    Persona(
        key="tenant",
        name="Samira Haddad",
        description=_("lives in Casa dei Tigli, reads Arabic"),
        icon="house",
    ),
    Persona(
        key="tenant2",
        name="Marco Bellini",
        description=_("lives in Casa dei Tigli, same building"),
        icon="house",
    ),
    Persona(
        key="tenant3",
        name="Ionela Munteanu",
        description=_("lives in Casa del Cortile, another building"),
        icon="house",
    ),
    Persona(
        key="neighbour",
        name="Teresa Galli",
        description=_("lives nearby and lends a hand"),
        icon="heart-handshake",
    ),
    Persona(
        key="volunteer",
        name="Davide Ferri",
        description=_("volunteers with an association"),
        icon="hand-helping",
    ),
    Persona(
        key="coordinator",
        name="Lucia Conti",
        description=_("coordinates an association's volunteers"),
        icon="users",
    ),
    Persona(key="mediator", name="Amina Diallo", description=_("mediates between neighbours"), icon="scale"),
    Persona(
        key="mediator2",
        name="Paolo Rinaldi",
        description=_("mediates and coordinates the mediators"),
        icon="scale",
    ),
    Persona(
        key="caseworker", name="Elena Marchetti", description=_("accompanies the households"), icon="compass"
    ),
    Persona(
        key="treasurer", name="Giorgio Valenti", description=_("keeps the savings' books"), icon="wallet"
    ),
    Persona(key="approver", name="Silvia Moretti", description=_("approves payouts"), icon="stamp"),
    Persona(
        key="maintenance",
        name="Roberto Sala",
        description=_("sees to repairs and common areas"),
        icon="wrench",
    ),
    Persona(
        key="contractor", name="Nuredin Hoxha", description=_("electrician called for repairs"), icon="plug"
    ),
    Persona(key="editor", name="Chiara Fontana", description=_("writes guides and news"), icon="pencil"),
    Persona(
        key="auditor", name="Franco Pellegrini", description=_("reads what it all adds up to"), icon="search"
    ),
    Persona(
        key="admin",
        name="Marta Colombo",
        description=_("gives roles, runs the installation"),
        icon="settings",
    ),
)

# The portal's own roles; plugins give theirs when they load.
_ROLES = {
    "caseworker": "portal.caseworker",
    "editor": "portal.editor",
    "auditor": "portal.auditor",
    "admin": "portal.administrator",
}

# Households besides those of the personas: the adults who sign in, and the language of the first.
_HOUSEHOLDS = (
    ("it", "Anna Riva", "Luca Riva"),
    ("ro", "Adrian Popescu", "Mihaela Popescu"),
    ("ar", "Youssef Mansour", "Hala Mansour"),
    ("es", "Karla Mejía"),
    ("es", "Rosa Quispe", "Julio Quispe"),
    ("uk", "Oksana Kovalenko"),
    ("sq", "Arben Kola", "Drita Kola"),
    ("it", "Giuseppe Ferraro"),
    ("it", "Maria Teresa Longo"),
    ("fr", "Mamadou Sarr", "Awa Sarr"),
    ("it", "Stefano Brambilla", "Ilaria Brambilla"),
    ("ar", "Nadia El Amrani"),
    ("zh", "Wei Chen", "Li Na Chen"),
    ("it", "Carmela Russo"),
    ("bn", "Rahim Miah", "Salma Miah"),
    ("es", "Dulce Flores"),
    ("it", "Antonio De Santis"),
    ("ur", "Imran Khalid", "Ayesha Khalid"),
    ("ro", "Florin Ardelean"),
    ("it", "Barbara Monti", "Sergio Monti"),
    ("ar", "Mahmoud Fathy", "Reem Fathy"),
    ("sq", "Elira Gjoka"),
    ("it", "Patrizia Greco"),
    ("uk", "Iryna Bondar", "Taras Bondar"),
    ("es", "Wilmer Castillo"),
    ("fr", "Aïssatou Ba"),
    ("it", "Federico Villa", "Sara Villa"),
    ("it", "Rita Cattaneo"),
    ("ar", "Karim Nasser"),
    ("ro", "Daniela Rusu", "Ovidiu Rusu"),
    ("it", "Massimo Testa"),
    ("es", "Yolanda Paredes", "Edgar Paredes"),
    ("en", "Grace Owusu", "Samuel Owusu"),
    ("it", "Lorenza Bassi"),
    ("en", "Ruwan Perera", "Nilmini Perera"),
    ("it", "Enrico Gatti"),
    ("sq", "Besnik Leka"),
)  # fmt: skip

_ORGANIZATIONS = (
    ("Associazione Vicini di Casa", Organization.Kind.ASSOCIATION, "02 0000 0201"),
    ("Parrocchia di San Rocco", Organization.Kind.PARISH, "02 0000 0202"),
    ("Sindacato Inquilini Rhodense", Organization.Kind.UNION, "02 0000 0203"),
    ("Cooperativa La Bussola", Organization.Kind.COOPERATIVE, "02 0000 0204"),
    ("Centro Anziani Il Glicine", Organization.Kind.ASSOCIATION, "02 0000 0205"),
    ("Comitato Genitori di Pero", Organization.Kind.ASSOCIATION, "02 0000 0206"),
)

# Who lives nearby and lends a hand with one of them; the first of each coordinates, unless a persona does.
_MEMBERS = {
    "Associazione Vicini di Casa": (
        "Bruna Zanetti", "Omar Belhaj", "Cristina Pagani", "Ettore Marelli", "Fatou Ndiaye", "Giulia Sartori",
        "Piero Colnago", "Ljuba Petrenko", "Matteo Gorla", "Elisa Banfi", "Hassan Idrissi", "Nives Turati",
    ),
    "Parrocchia di San Rocco": (
        "Don Carlo Airaghi", "Agnese Porta", "Gabriele Ceriani", "Mirella Vismara", "Joseph Mensah",
        "Renata Cozzi", "Luigi Radaelli", "Concetta Amato", "Tommaso Legnani", "Suor Ines Prado",
    ),
    "Sindacato Inquilini Rhodense": (
        "Walter Mantegazza", "Ivana Croci", "Dritan Hysa", "Angela Restelli", "Michele Porro", "Zoia Marin",
    ),
    "Cooperativa La Bussola": (
        "Serena Castoldi", "Diego Almeida", "Noemi Rossetti", "Andrea Caimi", "Safia Rahmani", "Paolo Lainati",
    ),
    "Centro Anziani Il Glicine": (
        "Vittorio Pravettoni", "Luisa Grassi", "Ernesto Baroni", "Pinuccia Merlo", "Rosanna Fumagalli",
        "Alfonso Esposito", "Ida Clerici", "Gino Berra",
    ),
    "Comitato Genitori di Pero": (
        "Valentina Oldani", "Rachid Amrani", "Simona Bosco", "Cătălin Ionescu", "Laura Figini", "Yan Zhou",
        "Marcela Rojas",
    ),
}  # fmt: skip


# Who signs in by text message as well, and a number that a couple shares and neither signs in with.
_PHONES = {"demo.tenant2": "+390200000112", "demo.tenant3": "+390200000113"}
_FAMILY_PHONE = "+390200000114"

# Has neither an e-mail address nor a phone: the desk has printed her a paper (README.md tells what stands on it).
WITH_A_PAPER = "Carmela Russo"
PAPER_NUMBER, PAPER_CODES = "24681357", ("11223344", "22334455", "33445566", "44556677")


def _person(username: str, name: str, language: str, *, email: bool) -> User:
    # The interface speaks three languages so far; whoever reads another gets English as the bridge (DOMAIN.md §2).
    language = language if language in {"it", "en", "ar"} else "en"
    return User(
        username=username,
        display_name=name,
        language=language,
        email=f"{username.removeprefix('demo.')}@abitare.example" if email else None,
        phone=_PHONES.get(username),
        contact_phone=_FAMILY_PHONE if name in ("Anna Riva", "Luca Riva") else "",
        password="!",
        date_joined=timezone.now() - timedelta(days=500),
    )


def load() -> None:
    languages = {"tenant": "ar", "contractor": "it", "mediator": "it"}
    personas = [
        _person(f"demo.{persona.key}", persona.name, languages.get(persona.key, "it"), email=True)
        for persona in PERSONAS
    ]
    User.objects.bulk_create(personas)
    by_key = {
        user.username.removeprefix("demo."): user
        for user in User.objects.filter(username__startswith="demo.")
    }
    for key, role in _ROLES.items():
        by_key[key].give_role(role, by=None)

    households = [[by_key["tenant"]], [by_key["tenant2"]], [by_key["tenant3"]]]
    for number, (language, *names) in enumerate(_HOUSEHOLDS, start=4):
        # Every third person has no e-mail address, as in life.
        adults = [
            _person(f"resident-{number}-{place}", name, language, email=(number + place) % 3 != 0)
            for place, name in enumerate(names, start=1)
        ]
        User.objects.bulk_create(adults)
        households.append(list(User.objects.filter(username__startswith=f"resident-{number}-")))
    for adults in households:
        surname = adults[0].display_name.split(" ", 1)[1]
        household = Household.objects.create(name=f"Famiglia {surname}")
        for adult in adults:
            household.members.create(person=adult, since=timezone.localdate() - timedelta(days=400))

    _print_a_paper(User.objects.get(display_name=WITH_A_PAPER), by=by_key["caseworker"])

    organizations = [
        Organization.objects.create(name=name, kind=kind, phone=phone, email=f"ente{number}@abitare.example")
        for number, (name, kind, phone) in enumerate(_ORGANIZATIONS, start=1)
    ]
    organizations[0].members.create(person=by_key["coordinator"], is_coordinator=True)
    organizations[0].members.create(person=by_key["volunteer"])
    organizations[1].members.create(person=by_key["neighbour"])
    _join(organizations)


def _join(organizations: list[Organization]) -> None:
    """The people nearby, each a member of one organization for some time."""
    for organization in organizations:
        already = organization.members.filter(is_coordinator=True).exists()
        for place, name in enumerate(_MEMBERS[organization.name]):
            person = _person(f"member-{organization.pk}-{place + 1}", name, "it", email=place % 3 != 2)
            person.save()
            organization.members.create(
                person=person,
                since=timezone.localdate() - timedelta(days=60 + 23 * place),
                is_coordinator=place == 0 and not already,
                # Some wait for their coordinator's word, some for the agency's check.
                vouched_at=None if place % 4 == 3 else timezone.now(),
                checked_at=timezone.now() if place % 4 < 2 else None,
            )


def load_delegations() -> None:
    """The neighbour acts for a grandmother without e-mail, who signed a paper at the desk three weeks ago."""
    people = {user.username: user for user in User.objects.filter(username__in=_WHO)}
    today = timezone.localdate()
    for scope in delegation_scopes():
        Delegation.on_paper(
            people[_GRANDMOTHER],
            people["demo.neighbour"],
            by=people["demo.caseworker"],
            scope=scope.key,
            until=today + timedelta(days=180),
            paper_date=today - timedelta(days=21),
            client_id=uuid.uuid4(),
        )


_GRANDMOTHER = "resident-17-1"  # Carmela Russo, Casa dei Tigli
_WHO = (_GRANDMOTHER, "demo.neighbour", "demo.caseworker")


def _print_a_paper(person: User, *, by: User) -> None:
    """One that can be tried: its number and its codes are known, and it is good for as long as a demo stands."""
    sheet = SignInSheet.objects.create(
        number=PAPER_NUMBER, person=person, printed_by=by, valid_until=timezone.now() + timedelta(days=365)
    )
    SignInCode.objects.bulk_create(
        SignInCode(sheet=sheet, digest=digest(PAPER_NUMBER, code)) for code in PAPER_CODES
    )
