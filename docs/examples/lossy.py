"""A sender repeats a message until it arrives, over a channel that may lose it each time."""

from typing import Annotated, Literal

from gtcheck.models import Parameter, System, guard, model


@model("lossy")
def lossy(
    *, delivery: Annotated[Literal["none", "weak", "strong"], Parameter()] = "strong"
) -> System:
    """A message over a lossy channel, whose delivery is so fair."""
    system = System()
    sent = system.variable("sent", False)
    arrived = system.variable("arrived", False)

    @system.action(fairness="weak")
    def send() -> None:
        guard(not sent.value and not arrived.value)
        sent.value = True

    @system.action
    def lose() -> None:
        guard(sent.value)
        sent.value = False

    @system.action(fairness=delivery)
    def deliver() -> None:
        guard(sent.value)
        sent.value, arrived.value = False, True

    @system.eventually
    def it_arrives() -> bool:
        """The message arrives in the end."""
        return arrived.value

    return system
