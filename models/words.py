"""Small words of printed texts."""


def count(number: int, noun: str) -> str:
    """Give a number with its noun in singular or plural.

    >>> count(1, "state"), count(1_200, "state")
    ('1 state', '1,200 states')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
