"""Results as text for people: from a result and a palette to what is printed."""
