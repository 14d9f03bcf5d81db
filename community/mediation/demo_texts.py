"""What is told, said and agreed in the demo's mediations; all of it invented."""

from __future__ import annotations

# The quarrel of the two personas: noise at night, in two languages.
NIGHT_TOLD = (
    "Di notte, dopo le undici, sento camminare e spostare le sedie sopra la mia testa. Mio figlio si sveglia e al "
    "mattino non vuole andare a scuola. Non voglio litigare: vorrei solo dormire."
)
NIGHT_WITH = "La famiglia del piano di sopra"
NIGHT_INVITATION = (
    "Buongiorno. Chi abita sotto di voi vorrebbe parlare con voi dei rumori della notte, con calma e con l'aiuto di "
    "una mediatrice. Nessuno vi accusa. È gratis, è riservato e potete dire di no."
)
NIGHT_JOINT = (
    ("mediator", "Buongiorno a tutti e due. Qui leggiamo in tre. Chi vuole cominciare?"),
    ("tenant", "شكرًا على قبولكم الحديث. المشكلة فقط بعد الساعة الحادية عشرة ليلًا."),
    ("tenant2", "Non sapevo che si sentisse così tanto. Lavoro fino alle dieci e mezza e ceno tardi."),
    ("mediator", "Grazie. Possiamo vederci e cercare insieme un'ora che vada bene a tutti e due."),
)
NIGHT_FIRST_ALONE = (
    ("tenant", "ابني عنده امتحان هذا الشهر، ولهذا أنا قلقة."),
    ("mediator", "Capisco. Vuole dirlo anche nella stanza comune? Decide lei."),
)
NIGHT_OTHER_ALONE = (
    ("tenant2", "Ho anche il pavimento vecchio: i feltrini sotto le sedie costano poco, li compro."),
)
NIGHT_DIARY = (
    (9, 23, 20, "noise", "Sedie spostate, per mezz'ora."),
    (6, 23, 45, "noise", "Passi e una porta."),
    (2, 0, 10, "noise", "Di nuovo le sedie. Il bambino si è svegliato."),
)
NIGHT_PLACE = "Sala comune, Casa dei Tigli"

# The one that they settled: the bicycles in the hall.
BICYCLES_TOLD = (
    "Nell'androne ci sono sempre tre biciclette davanti alle cassette della posta e con il passeggino non si passa. Ne "
    "abbiamo parlato due volte sulle scale e abbiamo finito per alzare la voce."
)
BICYCLES_WITH = "La vicina del terzo piano"
BICYCLES_INVITATION = (
    "Buongiorno. Un vicino cerca con voi un posto per le biciclette, con l'aiuto di una mediatrice. È gratis, "
    "è riservato e potete dire di no."
)
BICYCLES_POINTS = (
    (
        {
            "it": "Le biciclette stanno nel cortile, sotto la tettoia.",
            "ar": "توضع الدراجات في الفناء تحت المظلة.",
        },
        ("tenant",),
    ),
    (
        {"it": "Il passeggino resta in casa di notte.", "ar": "تبقى عربة الطفل داخل البيت ليلًا."},
        ("tenant2",),
    ),
    (
        {
            "it": "Se qualcosa non va, ci si scrive un messaggio prima di alzare la voce.",
            "ar": "إذا ظهرت مشكلة، نكتب رسالة قبل أن نرفع الصوت.",
        },
        ("tenant", "tenant2"),
    ),
)
BICYCLES_KEPT = {"1": "yes", "2": "yes", "3": "partly"}

INVITATION = (
    "Buongiorno. Una persona della casa vorrebbe parlare con lei di come si vive insieme, con l'aiuto di una "
    "mediatrice. Nessuno la accusa. È gratis, è riservato e può dire di no."
)

# How far, when (days ago; of those with an agreement, and of closed ones, days before the last quarter was over, so
# that its figures tell something), who asked, the other side, with whom, what; and how it ended.
OTHERS = (
    (
        "requested",
        1,
        "Nadia El Amrani",
        "",
        "Il vicino di pianerottolo",
        "Il cane abbaia tutta la mattina.",
        "",
    ),
    (
        "closed",
        5,
        "Giuseppe Ferraro",
        "Karla Mejía",
        "Una vicina del primo piano",
        "La musica, la domenica, dalle due.",
        "agreement",
    ),
    ("intake", 6, "Rosa Quispe", "", "La signora di fronte", "Il bucato gocciola sul mio balcone.", ""),
    ("inviting", 9, "Anna Riva", "Arben Kola", "Chi abita sotto", "Il fumo entra dalla finestra.", ""),
    ("agreed", 14, "Maria Teresa Longo", "Mamadou Sarr", "Un vicino", "I sacchi restano sulle scale.", ""),
    (
        "agreement",
        20,
        "Stefano Brambilla",
        "Rahim Miah",
        "Un vicino",
        "Il posto nel cortile per la macchina.",
        "",
    ),
    (
        "closed",
        22,
        "Wei Chen",
        "Carmela Russo",
        "La vicina",
        "I turni della lavanderia non tornano.",
        "agreement",
    ),
    ("closed", 15, "Imran Khalid", "Florin Ardelean", "Un vicino", "Le chiavi della cantina.", "none"),
    ("closed", 10, "Barbara Monti", "Dulce Flores", "Una vicina", "Gli odori della cucina.", "declined"),
    (
        "closed",
        8,
        "Antonio De Santis",
        "Elira Gjoka",
        "La famiglia accanto",
        "Il pallone contro il muro.",
        "withdrawn",
    ),
)
POINTS = (
    {"it": "I turni sono scritti su un foglio appeso in lavanderia, un mese alla volta."},
    {"it": "Chi non può scambia il turno almeno un giorno prima."},
)
