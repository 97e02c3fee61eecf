"""All claims in the order of the talk."""

from .async_failures import ASYNC_FAILURES
from .choosing import CHOOSING
from .claim import Claim
from .confidence import CONFIDENCE
from .conflicts import CONFLICTS
from .definitions import DEFINITIONS
from .demos import DEMOS
from .journaling import JOURNALING
from .mrsc_failures import MRSC_FAILURES
from .multi_region import MULTI_REGION
from .overview import OVERVIEW
from .replication import REPLICATION
from .single_region import SINGLE_REGION
from .strong_reads import STRONG_READS
from .takeaways import TAKEAWAYS
from .workarounds import WORKAROUNDS
from .write_path import WRITE_PATH

CLAIMS: tuple[Claim, ...] = (
    *OVERVIEW,
    *DEFINITIONS,
    *SINGLE_REGION,
    *MULTI_REGION,
    *REPLICATION,
    *ASYNC_FAILURES,
    *WORKAROUNDS,
    *JOURNALING,
    *WRITE_PATH,
    *STRONG_READS,
    *CONFLICTS,
    *MRSC_FAILURES,
    *CONFIDENCE,
    *CHOOSING,
    *DEMOS,
    *TAKEAWAYS,
)
"""C1 to C148."""
