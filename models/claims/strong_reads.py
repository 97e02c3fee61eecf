"""How a strongly consistent table reads, and in which regions (C86 to C94)."""

from .claim import Claim, Holds, Refuted, Scope, Witnessed
from .scenarios import (
    JOURNAL_THREE_SITES_BROKEN,
    JOURNAL_TWO_SITES_BROKEN,
    MRSC,
    MRSC_ONE_WRITER,
    MRSC_WITNESS,
    without,
)

STRONG_READS = (
    Claim(
        id="C86",
        scope=Scope.STRONG,
        text="A strong read misses no write of any region.",
        checks=(Holds(MRSC, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C87",
        scope=Scope.STRONG,
        text="A region cannot know that, unless it has applied the whole journal.",
        checks=(Refuted(without(MRSC, "skip-the-fence"), "linearizable-strong-reads"),),
    ),
    Claim(
        id="C88",
        scope=Scope.STRONG,
        text="A strong read appends a fence, and is served when the region hears it.",
        checks=(
            Holds(MRSC, "strong-reads-append-a-fence"),
            Refuted(without(MRSC, "skip-the-fence"), "linearizable-strong-reads"),
        ),
    ),
    Claim(
        id="C89",
        scope=Scope.STRONG,
        text="Whoever hears the fence has heard every write before it.",
        checks=(Holds(MRSC, "linearizable-strong-reads"),),
    ),
    Claim(
        id="C90",
        scope=Scope.STRONG,
        text="It is so in a region that alone writes, too: there is no faster way for some.",
        checks=(
            Holds(MRSC_ONE_WRITER, "strong-reads-append-a-fence"),
            Refuted(without(MRSC, "fast-path-for-local-reads"), "linearizable-strong-reads"),
        ),
    ),
    Claim(
        id="C91",
        scope=Scope.STRONG,
        text="A strong read costs an append, as a write does.",
        checks=(Holds(MRSC, "strong-reads-append-a-fence"),),
    ),
    Claim(
        id="C92",
        scope=Scope.STRONG,
        text="Two regions must hold an entry, so there are three: one of them may fail.",
        checks=(
            Refuted(JOURNAL_TWO_SITES_BROKEN, "an-entry-is-appended"),
            Witnessed(JOURNAL_THREE_SITES_BROKEN, "an-entry-is-appended"),
        ),
    ),
    Claim(
        id="C93",
        scope=Scope.STRONG,
        text="The preview had three replicas; customers said that two are enough for them.",
        reason="it tells how the product came about",
    ),
    Claim(
        id="C94",
        scope=Scope.STRONG,
        text="Two replicas and a witness do: the witness keeps the journal and has no table.",
        checks=(
            Holds(MRSC_WITNESS, "linearizable-strong-reads"),
            Holds(MRSC_WITNESS, "a-witness-serves-nobody"),
            Holds(MRSC_WITNESS, "no-deadlock"),
        ),
    ),
)
