"""What the open sockets of a process ask. A hint wakes all who watch a topic in the same moment: they are answered
together, in one thread and with three queries for all of them, and what each topic asks of each person.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from portal.extensions import LiveTopic, find

from . import positions, watch

log = logging.getLogger(__name__)

MANY = 50  # questions that are answered together
AT_ONCE = 2  # such rounds at a time: one that takes long holds not all the others up

Question = tuple[watch.Pass, str]
Answer = tuple[int | None, int | None]

_waiting: dict[asyncio.AbstractEventLoop, dict[Question, asyncio.Future[Answer]]] = defaultdict(dict)
_rounds: dict[asyncio.AbstractEventLoop, set[asyncio.Task]] = defaultdict(set)


async def ask(entry: watch.Pass, topic: str) -> Answer:
    """(code to close with, or None; the topic's number, or None where it may not be watched).

    Everything is asked anew, the person included: a socket may be older than their rights. Raises what the database
    raises.
    """
    loop = asyncio.get_running_loop()
    waiting, question = _waiting[loop], (entry, topic)
    if question not in waiting:
        waiting[question] = loop.create_future()
    if len(_rounds[loop]) < AT_ONCE:
        _rounds[loop].add(loop.create_task(_answer_all(loop)))
    # A socket that goes takes the answer from no other that asked the same.
    return await asyncio.shield(waiting[question])


async def _answer_all(loop: asyncio.AbstractEventLoop) -> None:
    """One round after the other, until nothing waits."""
    try:
        await asyncio.sleep(0)  # the others whom the same hint has woken ask as well
        while waiting := _waiting[loop]:
            asked = {question: waiting.pop(question) for question in list(waiting)[:MANY]}
            try:
                answers = await watch.in_thread(_answers)(list(asked))
            except Exception as error:
                # The database may be away for a moment: each who asked sees to it.
                for answer in asked.values():
                    answer.set_exception(error)
            else:
                for question, answer in asked.items():
                    answer.set_result(answers[question])
    finally:
        _rounds[loop].discard(asyncio.current_task())
        if not _rounds[loop]:
            del _rounds[loop], _waiting[loop]


def _answers(questions: list[Question]) -> dict[Question, Answer]:
    verdicts = watch.verdicts({entry for entry, _topic in questions})
    numbers = positions.positions_of({topic for _entry, topic in questions})
    return {
        (entry, topic): (verdict, None)
        if isinstance(verdict := verdicts[entry], int)
        else (None, numbers[topic] if _allows(verdict, topic) else None)
        for entry, topic in questions
    }


def _allows(person, topic: str) -> bool:
    key, _, identifier = topic.partition(":")
    declaration = find(LiveTopic, key)
    try:
        return declaration is not None and bool(identifier) and declaration.allows(person, identifier)
    except Exception:
        # A plugin that stumbles over an odd identifier gives nothing away by it.
        log.exception("the topic %s could not be asked", key)
        return False
