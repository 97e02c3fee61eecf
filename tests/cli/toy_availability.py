"""One request while something is broken: answered by rule."""

from typing import Annotated, Literal

from gtcheck.models import Parameter, System, guard, model


@model("availability")
def availability(
    *,
    mode: Annotated[Literal["async", "mrsc"], Parameter()] = "async",
    fault: Annotated[Literal["offline", "isolate", "cut"], Parameter()] = "cut",
    request: Annotated[Literal["write", "strong-read", "eventual-read"], Parameter()] = "write",
    at: Annotated[Literal["faulty", "other"], Parameter()] = "faulty",
) -> System:
    """A request that is answered or not."""
    system = System("availability")
    answer = system.variable("answer", "none")
    works = fault != "offline" or at == "other"
    answers = ["fresh", "stale"] if mode == "async" else ["fresh"]
    gives_up = fault == "isolate" and at == "other"

    @system.action
    def serve() -> None:
        guard(answer.value == "none" and works)
        answer.value = system.choose(answers)

    if gives_up:

        @system.action
        def refuse() -> None:
            guard(answer.value == "none")
            answer.value = "refused"

    @system.rests_when
    def every_request_is_answered() -> bool:
        """The request is answered."""
        return answer.value in ("fresh", "stale")

    @system.sometimes
    def answered() -> bool:
        """The request can be answered."""
        return answer.value in ("fresh", "stale")

    @system.always(promised=False)
    def fresh() -> bool:
        """What is read is the latest."""
        return answer.value != "stale"

    return system
