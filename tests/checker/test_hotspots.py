"""Where Python runs for every few transitions, the result says which step it is, and why."""

from __future__ import annotations

import json

from gtcheck.checker import Exploration, explore
from gtcheck.models import System, guard, load_model

SENDERS = range(12)
SWITCHES = range(15)


def messages(*, in_a_bag: bool) -> System:
    """Build senders of one message each, which are kept in one set or in a bag."""
    system = System("messages")
    sent = system.bag("sent", of=int)
    known = system.variable("known", frozenset[int]())

    @system.action(sender=SENDERS)
    def send(sender: int) -> None:
        if in_a_bag:
            guard(sender not in sent)
            sent.add(sender)
        else:
            guard(sender not in known.value)
            known.value |= {sender}

    return system


def test_a_step_that_looks_at_all_of_a_growing_set_is_named_with_it() -> None:
    slow = explore(messages(in_a_bag=False), engine="native")
    assert slow.hotspot is not None
    assert (slow.hotspot.step, slow.hotspot.variable) == ("action send", "known")
    assert slow.hotspot.values == slow.states == 2 ** len(SENDERS)
    assert slow.hotspot.runs == slow.states * len(SENDERS)
    assert "slow: Python ran action send 49,152 times, as it looks at the whole of" in str(slow)


def test_what_looks_at_little_is_not_slow() -> None:
    fast = explore(messages(in_a_bag=True), engine="native")
    assert (fast.states, fast.hotspot) == (2 ** len(SENDERS), None)
    assert "slow" not in str(fast)
    assert explore(load_model("two-phase-commit").build({"rms": 7})).hotspot is None


def test_a_property_over_many_variables_is_told_with_their_number() -> None:
    system = System("switches")
    switch = system.table("switch", over=SWITCHES, initial=False)

    @system.action(one=SWITCHES)
    def turn(one: int) -> None:
        guard(not switch[one])
        switch[one] = True

    @system.always
    def few() -> bool:
        """There are not more on than there are."""
        return sum(switch.values()) <= len(SWITCHES)

    slow = explore(system, engine="native")
    assert slow.hotspot is not None
    assert (slow.hotspot.step, slow.hotspot.looks) == ("few", len(SWITCHES))
    assert "it looks at 15 variables together" in str(slow)
    assert told(slow) == {
        "step": "few",
        "runs": 32_768,
        "looks": 15,
        "variable": slow.hotspot.variable,
        "values": 2,
    }


def told(result: Exploration) -> object:
    return json.loads(json.dumps(result.as_json()))["hotspot"]
