"""What people write, each in a language of their own."""

from __future__ import annotations

from dataclasses import dataclass

from risparmio.payments.words import Purpose

# Why a household pauses, by the language it reads.
PAUSES = {
    "ar": "هذا الشهر ندفع ثمن كتب المدرسة للأولاد.",
    "it": "Il contratto stagionale è finito, ricomincio a lavorare tra due mesi.",
    "en": "My hours were cut for two months. I can start again after that.",
}
# Why less is put aside from a month on, as the caseworker proposes it.
LESS = "Con l'orario ridotto la cifra era troppo alta: ne abbiamo parlato e la abbassiamo."
LESS_AGAIN = "Ne abbiamo parlato al telefono: con 50 euro al mese si riparte con calma."
# Of a count of cash that differs.
MISSES = "Manca una moneta da un euro: forse nel resto di ieri."
SLIP = "Scritta una cifra in più: era un decimo."


@dataclass(frozen=True, kw_only=True)
class Asking:
    """`of`: an adult of the household. `days`: how many days ago. `share`: per cent of what they have. `ends`: paid,
    refused, withdrawn or returned."""

    of: str
    days: int
    purpose: str
    share: int
    note: str
    by_caseworker: bool = False
    ends: str = "paid"
    why_not: str = ""


PAYOUTS = (
    Asking(
        of="Elena Dumitru", days=600, purpose=Purpose.FURNITURE, share=40,
        note="Pentru paturile copiilor.",
    ),
    Asking(of="Jenny Alvarado", days=520, purpose=Purpose.EMERGENCY, share=30, note="Se rompió la nevera."),
    Asking(
        of="Salvatore Arena", days=330, purpose=Purpose.ARREARS, share=35, by_caseworker=True,
        note="Due mesi di spese condominiali, come d'accordo con la proprietà.",
    ),
    Asking(of="Karla Mejía", days=210, purpose=Purpose.EMERGENCY, share=25, note="Se rompió la lavadora."),
    Asking(
        of="Karim Nasser", days=150, purpose=Purpose.FURNITURE, share=40, by_caseworker=True, ends="returned",
        note="Letto e armadio per la stanza del figlio.",
    ),
    Asking(of="Blessing Okafor", days=140, purpose=Purpose.FURNITURE, share=30, note="A stove and a table."),
    Asking(
        of="Karim Nasser", days=100, purpose=Purpose.FURNITURE, share=40, by_caseworker=True,
        note="Letto e armadio, questa volta sul conto nuovo.",
    ),
    Asking(
        of="Daniela Rusu", days=96, purpose=Purpose.EMERGENCY, share=50, ends="refused",
        note="Pentru abonamentul de tren.",
        why_not="L'abbonamento lo paga già il bando del Comune: la aiutiamo a fare la domanda.",
    ),
    Asking(of="Hala Mansour", days=90, purpose=Purpose.FURNITURE, share=30, note="ثلاجة مستعملة بحالة جيدة."),
    Asking(
        of="Taras Bondar", days=60, purpose=Purpose.EMERGENCY, share=30, ends="withdrawn",
        note="На ремонт велосипеда.",
    ),
)  # fmt: skip
