"""All claims in the order of the talk."""

from .claim import Claim

CLAIMS: tuple[Claim, ...] = ()
