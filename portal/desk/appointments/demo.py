"""The demo's appointments: both desks today and in the coming days, who waits for one, a closure. All invented."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone

from portal.desk.models import Desk

from .counters import AppointmentTopic, Counter, CounterShift, DeskClosure, TopicWords
from .models import Appointment, WaitingPlace, last_day
from .slots import Diary, moment_of, quarter_of
from .workflow import State

# Short name, quarter-hours, then the words in Italian, English and Arabic: name, and what to bring.
_TOPICS = (
    (
        "primo-orientamento",
        3,
        ("Primo orientamento: cerco casa", "Documento d'identità\nISEE, se ce l'hai"),
        ("First orientation: I look for a home", "Identity document\nISEE, if you have it"),
        ("توجيه أول: أبحث عن بيت", "وثيقة هوية\nشهادة ISEE إن كانت لديك"),
    ),
    (
        "isee",
        2,
        (
            "Aiuto per l'ISEE",
            "Documento d'identità\nCodice fiscale di tutta la famiglia\nContratto di affitto registrato",
        ),
        ("Help with the ISEE", "Identity document\nTax codes of the whole family\nRegistered lease"),
        ("مساعدة في ISEE", "وثيقة هوية\nالأرقام الضريبية لكل العائلة\nعقد إيجار مسجل"),
    ),
    (
        "affitto",
        3,
        ("Contratto di affitto e canone concordato", "Il contratto, o la bozza\nDocumento d'identità"),
        ("Lease and agreed rent", "The lease, or its draft\nIdentity document"),
        ("عقد الإيجار والإيجار المتفق عليه", "العقد أو مسودته\nوثيقة هوية"),
    ),
    (
        "sfratto",
        4,
        (
            "Ho ricevuto uno sfratto",
            "Le lettere che hai ricevuto\nIl contratto di affitto\nLe ultime buste paga",
        ),
        ("I have received an eviction notice", "The letters that you got\nThe lease\nYour last payslips"),
        ("وصلني إخلاء", "الرسائل التي وصلتك\nعقد الإيجار\nآخر كشوف الراتب"),
    ),
    (
        "casa-popolare",
        4,
        (
            "Domanda per la casa popolare",
            "Documento d'identità o permesso di soggiorno\nISEE\nSPID o carta d'identità elettronica, se ce l'hai",
        ),
        (
            "Application for public housing",
            "Identity document or residence permit\nISEE\nSPID or electronic identity card, if you have it",
        ),
        ("طلب السكن العام", "وثيقة هوية أو إذن إقامة\nشهادة ISEE\nSPID أو بطاقة هوية إلكترونية إن كانت لديك"),
    ),
    (
        "casa-vuota",
        3,
        ("Ho una casa vuota da affittare", "Documento d'identità\nPlanimetria e certificati, se li hai"),
        ("I own an empty home to let", "Identity document\nFloor plan and certificates, if you have them"),
        ("لديّ بيت فارغ للإيجار", "وثيقة هوية\nمخطط البيت وشهاداته إن كانت لديك"),
    ),
)

# Desk, then its counters: name, and on which weekday which languages are spoken, by the demo's caseworker or not.
_COUNTERS = (
    (
        "Sportello di Pero",
        (
            ("Sportello 1", {0: ("en",), 2: ("en",), 4: ("en",)}, True),
            ("Sportello 2", {0: ("es",), 2: ("ar", "fr"), 4: ("ro",)}, False),
        ),
    ),
    (
        "Sportello di Rho",
        (
            ("Sportello 1", {1: ("en",), 3: ("en",)}, True),
            ("Sportello 2", {1: ("uk", "ro"), 3: ("sq", "es")}, False),
        ),
    ),
)

# Who comes, about what, in which language; nobody of them has an account.
_VISITORS = (
    ("Giulia Ferri", "isee", "it"),
    ("Ahmed Mansour", "primo-orientamento", "ar"),
    ("Maria Ionescu", "affitto", "ro"),
    ("Paolo Riva", "casa-popolare", "it"),
    ("Lucía Paredes", "isee", "es"),
    ("Oksana Bondar", "primo-orientamento", "uk"),
    ("Carlo Brambilla", "sfratto", "it"),
    ("Blessing Okoro", "affitto", "en"),
    ("Teresa Colombo", "isee", "it"),
    ("Arben Hoxha", "casa-popolare", "sq"),
)
_DAYS = 9  # from today on


def load() -> None:
    topics = {
        slug: _topic(position, slug, quarters, *words)
        for position, (slug, quarters, *words) in enumerate(_TOPICS)
    }
    people = get_user_model().objects
    caseworker = people.get(username="demo.caseworker")
    municipalities = apps.get_model("portal", "Municipality").objects
    today, number = timezone.localdate(), 0
    desks = []
    for name, counters in _COUNTERS:
        desk = Desk.objects.get(name=name)
        desks.append(desk)
        desk.municipality = municipalities.filter(name=name.rpartition(" ")[2]).first()
        desk.save()
        for position, (counter_name, week, is_ours) in enumerate(counters):
            counter = Counter.objects.create(desk=desk, name=counter_name, position=position)
            CounterShift.objects.bulk_create(
                CounterShift(
                    counter=counter,
                    weekday=weekday,
                    languages=languages,
                    staff=caseworker if is_ours else None,
                )
                for weekday, languages in week.items()
            )
    for desk in desks:
        for days in range(_DAYS):
            number = _fill(desk, today + timedelta(days=days), topics, number)
        # At both desks somebody has come in from the street.
        visitor, topic, spoken = _VISITORS[number % len(_VISITORS)]
        Appointment.walk_in(
            client_id=_id(900 + desk.pk),
            desk=desk,
            topic=topics[topic],
            name=visitor,
            spoken=spoken,
            by=caseworker,
        )
        # Holidays at the end of what can be booked, where nobody is booked yet.
        DeskClosure.objects.create(
            desk=desk,
            first_day=last_day(desk) - timedelta(days=6),
            last_day=last_day(desk) - timedelta(days=4),
            reason="Ferie degli operatori",
        )
    pero, rho = desks
    _book(people.get(username="demo.tenant"), pero, topics["isee"], "ar", "ar", 801)
    _book(people.get(username="demo.tenant2"), rho, topics["affitto"], "it", "it", 802)
    tenant3 = people.get(username="demo.tenant3")
    waits = (("", tenant3.display_name, tenant3, "ro"), ("carmen@abitare.example", "Carmen Soto", None, "es"))
    for place, (email, name, person, spoken) in enumerate(waits):
        WaitingPlace.objects.create(
            client_id=_id(950 + place),
            desk=pero,
            topic=topics["sfratto"],
            person=person,
            name=name,
            email=email,
            spoken=spoken,
            joined_at=timezone.now() - timedelta(hours=30 - place),
            until=last_day(pero),
        )


def _id(number: int) -> UUID:
    return UUID(int=7_000_000 + number, version=4)


def _topic(
    position: int, slug: str, quarters: int, italian: tuple, english: tuple, arabic: tuple
) -> AppointmentTopic:
    name, bring = italian
    topic = AppointmentTopic.objects.create(
        slug=slug, name=name, bring=bring, quarters=quarters, position=position
    )
    for language, (name, bring) in (("en", english), ("ar", arabic)):
        TopicWords.objects.create(topic=topic, language=language, name=name, bring=bring)
    return topic


def _fill(desk: Desk, day, topics: dict[str, AppointmentTopic], number: int) -> int:
    """The morning, with holes, as it would be: what is over is served, or nobody came. The afternoon stays free."""
    now = quarter_of(timezone.now())
    diary = Diary(desk, day, day)
    open_ = diary.open_quarters(day)
    afternoon_only = bool(open_) and timezone.localtime(moment_of(open_[0])).hour >= 13
    for counter in diary.counters_on(day):
        quarters = [q for q in open_ if afternoon_only or timezone.localtime(moment_of(q)).hour < 13]
        place = 0
        while place < len(quarters):
            visitor, slug, spoken = _VISITORS[number % len(_VISITORS)]
            topic, number = topics[slug], number + 1
            start = quarters[place]
            place += topic.quarters + (number % 3 == 0)
            if number % 4 == 3 or start + topic.quarters - 1 > quarters[-1]:
                continue
            is_over = start + topic.quarters <= now
            row = Appointment.objects.create(
                client_id=_id(number),
                desk=desk,
                topic=topic,
                counter=counter,
                quarter=start,
                quarters=topic.quarters,
                name=visitor,
                phone=f"+39020000{5000 + number % 90}",
                spoken=spoken if spoken in counter.languages_on(day.weekday()) else "it",
                state=(State.MISSED if number % 7 == 0 else State.SERVED) if is_over else State.BOOKED,
                created_at=timezone.now() - timedelta(days=6),
                # Nobody in the demo is written to.
                reminded_at=timezone.now(),
            )
            row._take(range(start, start + topic.quarters))
    return number


def _book(person, desk: Desk, topic: AppointmentTopic, spoken: str, language: str, number: int) -> None:
    """The first time after tomorrow that is free, booked by the person."""
    first = timezone.localdate() + timedelta(days=2)
    diary = Diary(desk, first, first + timedelta(days=20))
    for _day, slots in diary.days(topic.quarters, language=spoken):
        Appointment.book(
            client_id=_id(number),
            desk=desk,
            topic=topic,
            quarter=slots[0].quarter,
            by=person,
            person=person,
            name=person.display_name,
            email=person.email or "",
            phone=person.phone or "",
            spoken=spoken,
            language=language,
            reason="Ho ricevuto una lettera e non la capisco."
            if language == "it"
            else "وصلتني رسالة ولا أفهمها.",
        )
        return
