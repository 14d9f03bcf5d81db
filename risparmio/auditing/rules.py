"""Who may. Whoever keeps the book, approves or audits reads it; only the auditor checks it, and changes nothing."""

import rules

from risparmio.roles import audits, keeper, keeps_books

rules.add_perm("risparmio.view_book", keeper)
rules.add_perm("risparmio.close_period", keeps_books)
rules.add_perm("risparmio.check_book", audits)
