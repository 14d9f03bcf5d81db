"""Who may take part: whoever the thing's own rules let discuss it. What one has written is one's own."""

import rules

from community.safety.barriers import unseen_by

from .taking_part import may_discuss, people_of


@rules.predicate
def takes_part(user, conversation) -> bool:
    """Asked of its subject once for each person: a page asks of reading, writing and every message."""
    if conversation is None:
        return False
    asked = conversation.__dict__.setdefault("_taking_part", {})
    if user.pk not in asked:
        asked[user.pk] = may_discuss(user, conversation.subject)
    return asked[user.pk]


@rules.predicate
def is_open(user, conversation) -> bool:
    """Unless what it is about says that there is nothing left to say (`conversation_is_over`)."""
    return not getattr(conversation.subject, "conversation_is_over", False)


@rules.predicate
def reaches_somebody(user, conversation) -> bool:
    """Not where a block stands between this person and all others whom it concerns: what was said stays readable."""
    if not unseen_by(user):
        return True
    others = {person.pk for person in people_of(conversation.subject)} - {user.pk}
    return not others or bool(others - unseen_by(user))


@rules.predicate
def may_read(user, message) -> bool:
    """Not what was deleted, and hidden only by whoever wrote it: its files are asked for one by one."""
    if message is None or message.deleted_at is not None:
        return False
    if message.hidden_at is not None and message.author_id != user.pk:
        return False
    return takes_part(user, message.conversation)


@rules.predicate
def is_author(user, message) -> bool:
    """What happened is nobody's words, whoever did it."""
    return message is not None and not message.kind and message.author_id == user.pk


@rules.predicate
def takes_part_in_its(user, message) -> bool:
    return message is not None and takes_part(user, message.conversation)


rules.add_perm("community.view_conversation", takes_part)
rules.add_perm("community.write_conversation", takes_part & is_open & reaches_somebody)
rules.add_perm("community.view_message", may_read)
rules.add_perm("community.edit_message", is_author & takes_part_in_its)
rules.add_perm("community.delete_message", is_author & takes_part_in_its)
