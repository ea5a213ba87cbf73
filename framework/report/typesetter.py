"""The child process that turns one JSON request into a PDF; run as a script, never imported by the product.

It imports nothing of the product, sees no network and no file but the templates and fonts beside it, and stops at its own limits.
Standard input: `{"data": str, "timestamp": int, "standards": [str], "seconds": int, "bytes": int}`. Standard output: the PDF. Standard
error: why there is none. Exit codes: 0 made, 3 the document was refused, anything else is a failure.
"""

import contextlib
import datetime
import json
import sys
from pathlib import Path

REFUSED = 3
_HERE = Path(__file__).resolve().parent


def _limit(seconds: int, size: int) -> None:
    # Not every system has limits, and some refuse to set them; the parent's timeout stands either way.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def main() -> int:
    """Read the request, write the document."""
    request = json.load(sys.stdin)
    _limit(request["seconds"], request["bytes"])
    import typst

    try:
        made = typst.compile(
            str(_HERE / "templates" / "report.typ"),
            root=str(_HERE / "templates"),
            font_paths=[str(_HERE / "fonts")],
            # No package is used; the empty paths keep it that way.
            package_path=str(_HERE / "templates"),
            package_cache_path=str(_HERE / "templates"),
            sys_inputs={"data": request["data"]},
            pdf_standards=request["standards"],
            timestamp=datetime.datetime.fromtimestamp(request["timestamp"], tz=datetime.UTC),
        )
    except typst.TypstError as refused:
        sys.stderr.write(str(refused))
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
