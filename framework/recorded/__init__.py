"""The exact bill of recorded usage: usage objects as providers report them, priced request by request."""
