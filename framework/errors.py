"""What can go wrong, as one tree; every message names the place and the cure.

FourAxesError
├── WorkloadError        a workload file, link or control holds a value that cannot be used
│   └── LinkError        a share link is truncated, too long or not ours
├── DocumentError        a YAML file breaks the strict form
├── CatalogueError       `pricing/` cannot be read as a whole: file, line, entry, key, cure
├── UsageError           a log of recorded usage holds something that cannot be billed: file, line, field, cure
├── TraceError           a trace of requests cannot be read or rescaled: file, line, column, cure
├── ProfileError         a probe that cannot be planned, or a latency profile that cannot be read: file, line, key, cure
├── EvalError            results of an evaluation that cannot be read: file, line, column, cure
├── SourceError          a price list to compare with cannot be had, read or understood
├── UnknownOffer         an offer id that the catalogue does not hold
├── NotSold              a meter, service or lifetime that the offer does not sell
├── CountError           a text whose tokens cannot be counted: too long, no text, or the tokenizer is damaged
└── ReportError          a PDF or a file could not be written
"""


class FourAxesError(Exception):
    """Root of everything this package raises on purpose; `str()` of it is fit to be shown to a user."""


class WorkloadError(FourAxesError):
    """A workload value that cannot be used.

    `problems` holds one `(field, message)` pair per problem, the field as a dotted path such as `tokens.input_p95`.
    """

    def __init__(self, message: str, problems: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class LinkError(WorkloadError):
    """A share link that cannot be opened."""


class DocumentError(FourAxesError):
    """A YAML file breaks the strict form; the message is `file:line: what; the cure`."""


class CatalogueError(FourAxesError):
    """`pricing/` is wrong; the message is `file:line: entry: key: what, and the cure`."""


class UsageError(FourAxesError):
    """Recorded usage that contradicts itself or cannot be read; the message is `file:line: field: what, and the cure`."""


class TraceError(FourAxesError):
    """Traffic request by request that cannot be read or rescaled; the message is `file:line: column: what, and the cure`."""


class ProfileError(FourAxesError):
    """A probe that cannot be planned or sent, or a latency profile that cannot be read or taken."""


class EvalError(FourAxesError):
    """Results of the team's own evaluation that cannot be read; the message is `file:line: column: what, and the cure`."""


class SourceError(FourAxesError):
    """A price list of somebody else's that cannot be downloaded or read, or whose layout is not the one known."""


class UnknownOffer(FourAxesError):
    """No such offer; the message names the closest ids."""


class NotSold(FourAxesError):
    """The offer does not sell that meter, service or cache lifetime on that date."""


class CountError(FourAxesError):
    """A text is too long or no text, or its tokenizer cannot be read."""


class ReportError(FourAxesError):
    """A report could not be made or written."""
