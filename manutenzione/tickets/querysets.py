from __future__ import annotations

from django.db import models


class TicketQuerySet(models.QuerySet):
    pass


class ResponseTargetQuerySet(models.QuerySet):
    pass
