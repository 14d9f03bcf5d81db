"""The addresses of mediation, a file for each part of it."""

from . import agreements, answering, asking, cases, day, diary, glass, intake, meetings, rooms

PARTS = (asking, cases, intake, answering, rooms, meetings, agreements, diary, day, glass)
ROUTES = {name: row for part in PARTS for name, row in part.ROUTES.items()}
READINGS = {name: row for part in PARTS for name, row in part.READINGS.items()}
