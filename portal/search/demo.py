"""Words that people type and our pages do not say. An editor of the agency would have kept these first."""

from __future__ import annotations

from .models import SearchSynonyms

# For readers of which language: what means the same. A word stands in one line only.
SAME = {
    "it": (
        (
            "sfratto",
            "ufficiale giudiziario",
            "mandare via di casa",
            "mi buttano fuori",
            "mi cacciano di casa",
            "perdere la casa",
            "rilascio",
            "desalojo",
            "expulsion",
        ),
        ("affitto", "pigione", "canone", "alquiler", "loyer"),
        ("affitto troppo caro", "affitto caro", "pagare l'affitto", "canone moderato", "canone concordato"),
        ("bolletta", "utenza", "conto della luce", "factura"),
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
        ("mangiare", "cibo", "cena calda", "pacco viveri", "mensa", "ho fame", "comida"),
        ("asilo", "nido", "scuola materna", "bambini"),
        ("appuntamento", "prenotare", "cita"),
        ("ospite", "chi ti ospita", "sono ospitato"),
        ("dormire", "dormitorio", "un letto per la notte", "senza casa"),
        ("lavoro", "impiego", "trabajo"),
    ),
    "en": (
        ("eviction", "bailiff", "notice to quit", "thrown out", "losing my home", "lose my home", "desalojo"),
        ("public housing", "council house", "social housing"),
        ("deposit", "bond money"),
        ("bill", "invoice"),
        ("mediation", "quarrel", "noisy neighbours"),
        ("mould", "damp"),
        ("doctor", "gp", "physician"),
        ("owner", "landlord"),
        ("residence permit", "visa"),
        ("arrears", "rent debt", "cannot pay"),
        ("food", "eat", "hungry", "meal"),
        ("kindergarten", "nursery", "children under three", "children"),
    ),
    # For whoever reads Arabic: what the Italian pages say.
    "ar": (
        ("إخلاء", "طرد من البيت", "فقدان البيت", "sfratto", "perdere la casa"),
        ("سكن", "مسكن", "بيت", "منزل", "شقة", "casa"),
        ("إيجار", "أجرة البيت", "affitto", "canone"),
        ("فاتورة", "فواتير", "كهرباء", "bolletta", "luce"),
        ("تأمين", "عربون", "deposito", "caparra"),
        ("سكن شعبي", "مسكن عام", "casa popolare"),
        ("عقد خدمة", "contratto di servizio"),
        ("دار استقبال", "مأوى", "نوم", "casa d'accoglienza", "un letto per la notte"),
        ("وكالة السكن", "agenzia dell'abitare"),
        ("طعام", "أكل", "جوع", "cibo", "cena calda", "pacco viveri"),
        ("مدرسة", "مدارس", "scuola"),
        ("حضانة", "روضة", "أطفال", "nido"),
        ("طبيب", "دكتور", "medico"),
        ("عمل", "شغل", "وظيفة", "lavoro"),
        ("وثائق", "أوراق", "documenti"),
        ("تصريح إقامة", "إذن إقامة", "permesso di soggiorno"),
        ("تسجيل السكن", "residenza"),
        ("محام", "محامي", "avvocato"),
        ("عنف", "ضرب", "violenza", "ho paura"),
        ("مال", "نقود", "دين", "ديون", "debiti"),
        ("عطل", "تصليح", "إصلاح", "guasto"),
        ("جيران", "وساطة", "خلاف", "mediazione"),
        ("رطوبة", "عفن", "muffa"),
        ("لغة إيطالية", "تعلم الإيطالية", "imparare l'italiano"),
        ("وصلت حديثا", "واصلون حديثا", "sono appena arrivato"),
        ("متطوع", "تطوع", "volontario"),
        ("ضيف", "استضافة", "chi ti ospita"),
        ("فعاليات", "حفلة", "eventi"),
        ("أخبار", "notizie"),
        ("خدمات", "servizi"),
        ("إعلانات", "منح", "مساعدات مالية", "bandi", "contributi"),
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
