"""Who may do what to a post and to an exchange. `workflow.py` says when; `visible_to` says for many what `view_…` says
for one."""

import rules
from django.utils import timezone

from community.mutual_aid.neighbourhood import coordinated_by
from community.mutual_aid.taking_part import takes_part
from community.safety.areas import answers_anywhere, answers_for_area
from community.safety.barriers import unseen_by
from portal.events import history_of

from .words import State
from .workflow import DISPUTE_WITHIN, fact


@rules.predicate
def is_author(user, post) -> bool:
    """Who published it, and who coordinates the organization in whose name it stands."""
    if post is None or user.pk is None or not user.is_active:
        return False
    return post.author_id == user.pk or post.on_behalf_of_id in coordinated_by(user)


@rules.predicate
def is_meant(user, post) -> bool:
    """On the board for this person, and neither of the two has blocked the other."""
    return (
        post is not None
        and post.is_open
        and post.author.is_active
        and post.is_within_reach_of(user)
        and post.author_id not in unseen_by(user)
    )


@rules.predicate
def answers_for_post(user, post) -> bool:
    return post is not None and answers_for_area(user, post.municipality_id)


@rules.predicate
def deals_with_post(user, post) -> bool:
    """Takes part in an exchange that came of it."""
    return post is not None and user.pk is not None and user.is_active and post.exchanges.of(user).exists()


@rules.predicate
def is_party(user, exchange) -> bool:
    return exchange is not None and exchange.side_of(user) != ""


@rules.predicate
def published(user, exchange) -> bool:
    return exchange is not None and exchange.side_of(user) == exchange.author_side


@rules.predicate
def asked(user, exchange) -> bool:
    return is_party.test(user, exchange) and exchange.side_of(user) != exchange.author_side


@rules.predicate
def receives(user, exchange) -> bool:
    return exchange is not None and exchange.side_of(user) == "receiver"


@rules.predicate
def gives(user, exchange) -> bool:
    return exchange is not None and exchange.side_of(user) == "giver"


@rules.predicate
def was_thanked_back(user, exchange) -> bool:
    return exchange is not None and history_of(exchange).filter(kind=fact("thank_back")).exists()


@rules.predicate
def answers_for_exchange(user, exchange) -> bool:
    """Agrees and settles; not where the person takes part."""
    return (
        exchange is not None
        and exchange.side_of(user) == ""
        and answers_for_area(user, exchange.municipality_id)
    )


@rules.predicate
def waits_for_steward(user, exchange) -> bool:
    return exchange is not None and exchange.state in (State.TO_APPROVE, State.DISPUTED)


@rules.predicate
def has_decided(user, exchange) -> bool:
    return exchange is not None and exchange.decision_of(user) is not None


@rules.predicate
def is_the_second(user, exchange) -> bool:
    """The other of the two has said how long it took, and waits for this one."""
    return exchange is not None and exchange.stated_side not in ("", exchange.side_of(user))


@rules.predicate
def is_the_first(user, exchange) -> bool:
    return (
        exchange is not None and exchange.stated_side != "" and exchange.stated_side == exchange.side_of(user)
    )


@rules.predicate
def has_not_spoken(user, exchange) -> bool:
    """Is the one of the two whose words the coordinator has not read."""
    return exchange is not None and not exchange.answer and exchange.reason_side != exchange.side_of(user)


@rules.predicate
def may_still_doubt(user, exchange) -> bool:
    """After both have confirmed, for a while; before, only whoever has not."""
    if exchange is None:
        return False
    if exchange.state == State.DONE:
        return is_the_second.test(user, exchange)
    return exchange.state_since > timezone.now() - DISPUTE_WITHIN


@rules.predicate
def comes_round(user, exchange) -> bool:
    return exchange is not None and exchange.is_weekly


anybody_at_work = rules.predicate(answers_anywhere, name="answers_anywhere")

rules.add_perm("community.take_part", takes_part)
rules.add_perm("community.care_for_exchanges", anybody_at_work)

rules.add_perm("community.view_post", is_author | is_meant | answers_for_post | deals_with_post)
rules.add_perm("community.answer_post", takes_part & is_meant & ~is_author)
rules.add_perm("community.change_post", is_author & takes_part)
rules.add_perm("community.take_back_post", is_author | answers_for_post)

rules.add_perm("community.view_exchange", is_party | (answers_for_exchange & waits_for_steward))
# What they themselves decided, and nothing of what came after.
rules.add_perm("community.view_exchange_decision", answers_for_exchange & has_decided)
rules.add_perm("community.discuss_exchange", is_party)
rules.add_perm("community.accept_exchange", published)
rules.add_perm("community.decline_exchange", published)
rules.add_perm("community.withdraw_exchange", asked)
rules.add_perm("community.lapse_exchange", rules.always_false)  # the portal itself
rules.add_perm("community.end_exchange", rules.always_false)  # the portal itself
rules.add_perm("community.close_exchange", rules.always_false)  # the portal itself
rules.add_perm("community.approve_exchange", answers_for_exchange)
rules.add_perm("community.refuse_exchange", answers_for_exchange)
rules.add_perm("community.schedule_exchange", is_party)
rules.add_perm("community.skip_exchange", is_party & comes_round)
rules.add_perm("community.done_exchange", is_party)
rules.add_perm("community.undo_exchange", is_party & is_the_first)
rules.add_perm("community.confirm_exchange", is_party & is_the_second)
rules.add_perm("community.dispute_exchange", is_party & may_still_doubt)
rules.add_perm("community.reply_exchange", is_party & has_not_spoken)
rules.add_perm("community.settle_exchange", answers_for_exchange)
rules.add_perm("community.thank_exchange", receives)
rules.add_perm("community.thank_back_exchange", gives & ~was_thanked_back)
rules.add_perm("community.cancel_exchange", is_party)
