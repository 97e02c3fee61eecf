"""Applications that read all regions with one mechanism left out."""

from ..read_all_regions import Reading, ReadingApplication
from ..versions import Version


class AnswerWithoutTheUnreachable(ReadingApplication):
    """A strong read does without the regions that are out of reach."""

    def is_complete(self, reading: Reading) -> bool:
        """Tell whether every region that can be asked now was asked."""
        return not self.left_to_ask(reading)


class AnswerWithTheFirst(ReadingApplication):
    """A strong read asks one region, whichever answers first."""

    def is_complete(self, reading: Reading) -> bool:
        """Tell that one answer is enough."""
        return True


class TakeTheLastAnswer(ReadingApplication):
    """A strong read gives what it heard last, not what was written last."""

    def latest_of(self, known: Version, answer: Version) -> Version:
        """Give the answer that came last."""
        return answer
