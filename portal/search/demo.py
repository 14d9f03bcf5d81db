"""Words that people type and our pages do not say. An editor of the agency would have kept these first."""

from __future__ import annotations

from .models import SearchSynonyms

# For readers of which language: what means the same. A word stands in one line only.
SAME = {
    "it": (
        ("sfratto", "ufficiale giudiziario", "mandare via di casa", "perdere la casa", "rilascio"),
        ("affitto", "pigione", "canone"),
        ("affitto caro", "canone moderato", "canone concordato"),
        ("bolletta", "utenza", "conto della luce"),
        ("deposito", "caparra", "cauzione"),
        ("casa popolare", "case aler", "alloggio pubblico", "sap"),
        ("morosità", "arretrati", "affitti non pagati", "non riesco a pagare"),
        ("mediazione", "litigio", "lite", "vicini rumorosi"),
        ("muffa", "umidità", "macchie sul muro"),
        ("guasto", "riparazione", "rotto"),
        ("medico", "dottore", "mutua"),
        ("permesso di soggiorno", "carta di soggiorno", "rinnovo dei documenti"),
        ("violenza", "maltrattamenti", "mi picchia"),
        ("assegno di inclusione", "adi", "reddito di cittadinanza"),
        ("proprietario", "padrone di casa", "locatore"),
    ),
    "en": (
        ("eviction", "bailiff", "notice to quit", "losing my home"),
        ("public housing", "council house", "social housing"),
        ("deposit", "bond money"),
        ("bill", "invoice"),
        ("mediation", "quarrel", "noisy neighbours"),
        ("mould", "damp"),
        ("doctor", "gp", "physician"),
        ("owner", "landlord"),
        ("residence permit", "visa"),
        ("arrears", "rent debt", "cannot pay"),
    ),
}


def load() -> None:
    for language, groups in SAME.items():
        for said in groups:
            ways = "\n".join(said)
            if not SearchSynonyms.objects.filter(ways=ways, language=language).exists():
                entry = SearchSynonyms(ways=ways, language=language)
                entry.full_clean()
                entry.save()
