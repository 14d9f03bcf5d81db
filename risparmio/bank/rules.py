"""Who may. A bank's line names who paid: those who keep the book see it, and those who check them."""

import rules

from risparmio.roles import keeper, keeps_books

rules.add_perm("risparmio.view_statement", keeper)
rules.add_perm("risparmio.view_bankline", keeper)
rules.add_perm("risparmio.read_statement", keeps_books)
rules.add_perm("risparmio.settle_bankline", keeps_books)
