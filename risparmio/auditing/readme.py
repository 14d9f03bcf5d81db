"""What an archive says of itself, to whoever opens it years later: in both languages, always the same words."""

README = """\
RISPARMIO {year}: ARCHIVIO SIGILLATO

Contiene tutte le registrazioni che valgono per un giorno del {year}, con i loro documenti.
Il giornale va dalla registrazione {first} alla {last}. I numeri sono nell'ordine in cui si è registrato:
in mezzo o in fondo può esserci qualche registrazione di un giorno dell'anno prima o dopo: il giornale arriva
fin dove arrivava quando l'anno è stato chiuso.

Come si controlla: serve solo Python 3.11 o più recente, nessuna rete.

    python3 verifica.py --seal SIGILLO

SIGILLO è il numero di 64 cifre che il portale mostra accanto a questo archivio, con il giorno e chi l'ha chiesto.
È lo sha256 del file MANIFEST.sha256, che contiene lo sha256 di ogni altro file. Se cambia un solo segno, si vede.
L'ultima registrazione ha questa impronta; deve essere la stessa nelle righe che il portale scrive ogni giorno:

    {last}: {hash}

Cosa c'è: journal.jsonl, il giornale. tables, i documenti in tabelle: importi in centesimi di euro, momenti in UTC,
persone e conti come numeri, senza nomi. bank, i file originali delle banche, se sono stati conservati.

----------------------------------------------------------------------------------------------------------------

SAVINGS {year}: SEALED ARCHIVE

It holds all entries that count on a day of {year}, with their papers.
The journal goes from entry {first} to entry {last}. Numbers are in the order of booking: among them and at the end
there may be some that count on a day of the year before or after: the journal goes as far as it went when the year was
closed.

How to check it: it takes Python 3.11 or later, and no network.

    python3 verifica.py --seal SEAL

SEAL is the number of 64 signs that the portal shows beside this archive, with the day and who asked for it.
It is the sha256 of the file MANIFEST.sha256, which holds the sha256 of each other file. If one sign changes, it shows.
The last entry has this hash; it must be the same in the lines that the portal writes every day:

    {last}: {hash}

What is in it: journal.jsonl, the journal. tables, the papers as tables: amounts in cents of euros, moments in UTC,
people and accounts as numbers, without names. bank, the banks' own files, where they were kept.
"""
