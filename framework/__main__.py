"""`python -m framework` is the `fouraxes` command."""

from framework.cli import main

main()
