"""The demo's pages have been read, some have grown old, and readers have said what they think."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from portal.people.models import User

from .models import PageFeedback, PageState
from .querysets import pages, source_language
from .review import hand_in
from .schedules import note_missing

# What readers of guides said: useful, reason, words. Two guides get them.
SAID = (
    (True, "", ""),
    (True, "", "Finalmente ho capito dove andare."),
    (False, "missing", "Non c'è scritto se devo prendere appuntamento."),
    (False, "unclear", ""),
    (False, "language", ""),
)


def load() -> None:
    from portal.pages.models import GuidePage

    note_missing()
    PageFeedback.objects.all().delete()
    today = timezone.localdate()
    guides = list(
        GuidePage.objects.live().filter(locale__language_code=source_language()).order_by("path")[:2]
    )
    for guide in guides:
        for days, (useful, reason, text) in enumerate(SAID):
            PageFeedback.objects.create(
                page=guide, useful=useful, reason=reason, text=text, said_on=today - timedelta(days=3 * days)
            )
    _hand_in()
    for guide in guides[:1]:
        _changed_in_italian(guide, timezone.now())


def _changed_in_italian(guide: Page, now: datetime) -> None:
    """Ten days ago somebody made one fact of it plainer; it was put into English before, and nobody was asked again."""
    guide.where = "allo sportello di Pero o di Rho, e nella casa che ti viene data"
    guide.save()
    PageState.note(guide)
    before = now - timedelta(days=40)
    translations = pages().filter(translation_key=guide.translation_key).exclude(pk=guide.pk)
    PageState.objects.filter(page__in=translations).update(agrees_at=before)
    TranslationSource.objects.filter(object=guide.translation_key).update(last_updated_at=before)
    PageState.objects.filter(page=guide).update(words_changed_at=now - timedelta(days=10))


# News that wait: who has written it, its title, summary and text; what is to change, where the reader has said so.
HANDED_IN = (
    (
        "demo.editor",
        "Lo sportello di Pero apre anche il sabato mattina",
        "Dal mese prossimo, ogni sabato dalle 9 alle 12.",
        "Dal mese prossimo lo sportello di Pero apre anche il sabato, dalle 9 alle 12. Prenota come sempre, o passa.",
        "",
    ),
    (
        "demo.admin",
        "Il portale si ferma una notte per lavori",
        "Mercoledì notte, dalle 23 alle 5, il portale non risponde.",
        "Mercoledì notte il portale si ferma per lavori, dalle 23 alle 5. Non devi fare niente. Le emergenze: 112.",
        "",
    ),
    (
        "demo.editor",
        "Contributo per le spese del riscaldamento",
        "Chi ha un ISEE basso può chiedere un aiuto per il riscaldamento.",
        "Chi ha un ISEE basso può chiedere un aiuto per le spese del riscaldamento.",
        "Manca fino a quando si può chiedere, e quanto basso: metti la soglia, l'anno e la fonte.",
    ),
)


def _hand_in() -> None:
    """Pages that wait for somebody else, one that came back, and what an organization proposes."""
    from portal.pages.contributions.models import Contribution
    from portal.pages.models import NewsIndexPage, NewsPage

    people = {person.username: person for person in User.objects.filter(username__startswith="demo.")}
    index = NewsIndexPage.objects.live().filter(locale__language_code=source_language()).first()
    for username, title, summary, text, to_change in HANDED_IN:
        page = NewsPage(
            title=title,
            slug=slugify(title),
            search_description=summary,
            body=[("paragraph", f"<p>{text}</p>")],
            locale=index.locale,
            live=False,
            owner=people[username],
        )
        index.add_child(instance=page)
        page.save_revision(user=people[username], log_action=True)
        hand_in(page, by=people[username])
        if to_change:
            state = page.current_workflow_task_state
            state.task.specific.on_action(state, people["demo.admin"], "reject", comment=to_change)
    neighbours = people["demo.coordinator"].organization_memberships.get(is_coordinator=True).organization
    starts = timezone.localtime().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=16)
    Contribution.propose(
        neighbours,
        by=people["demo.coordinator"],
        client_id=uuid.uuid4(),
        kind=Contribution.Kind.EVENT,
        title="Merenda di vicinato",
        text="Ci conosciamo e ci diamo una mano. Porta una torta, se vuoi.\n\nChi non parla italiano trova un aiuto.",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="Cortile di Casa dei Tigli",
    )
    Contribution.propose(
        neighbours,
        by=people["demo.coordinator"],
        client_id=uuid.uuid4(),
        kind=Contribution.Kind.RESOURCE,
        title="Aiuto con i compiti",
        text="Due pomeriggi alla settimana aiutiamo ragazze e ragazzi delle medie con i compiti.",
        who="Chi va alla scuola media, da 11 a 14 anni.",
        how="Vieni il primo giorno con un genitore.",
        documents="Il diario",
        needs=["school", "community"],
        languages=["it", "ar"],
        cost="free",
        where="Sala comune di Casa dei Tigli, martedì e giovedì dalle 16 alle 18.",
    )
