"""Traffic as single requests, and what the providers' limiters do to it."""
