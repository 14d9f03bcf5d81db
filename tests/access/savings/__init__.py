"""The addresses of savings, a file for each room of it."""

from . import agreements, auditing, bank, goals, payments

PARTS = (agreements, goals, payments, bank, auditing)
ROUTES = {name: row for part in PARTS for name, row in part.ROUTES.items()}
READINGS = {name: row for part in PARTS for name, row in part.READINGS.items()}
