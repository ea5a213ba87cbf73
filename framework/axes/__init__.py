"""The four axes: each answers for all offers at once."""
