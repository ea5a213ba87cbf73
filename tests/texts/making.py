"""Documents for the tests, made by code: PDFs object by object, so that each can be broken in one way."""

from __future__ import annotations

import base64
import io
import zlib

import pypdf
import typst


def typeset(*pages: str) -> bytes:
    """A PDF as the report's own typesetter makes it."""
    return bytes(typst.compile(("#set page(width: 14cm, height: 20cm)\n" + "\n#pagebreak()\n".join(pages)).encode()))


def locked(pdf: bytes, password: str, algorithm: str = "RC4-128") -> bytes:
    """The same PDF behind a password; an empty one only forbids printing."""
    writer, out = pypdf.PdfWriter(clone_from=io.BytesIO(pdf)), io.BytesIO()
    writer.encrypt(password, owner_password="owner", algorithm=algorithm)
    writer.write(out)
    return out.getvalue()


AES_LOCKED = zlib.decompress(
    base64.b64decode(
        "eNqNU01rFEEQFbw1ehMDOfUl3sz09/TgEojJroqGhKyKIAo93dXJyjoTZnuDije9ePImXrz4C/wLInpSRIMeBfUfeFBQgvZMNtnF9eAwM3S9rnr1qrtqbm25c5LOcz"
        "T35evbHUQxwWV+A7VaKLl4ewtwsmSC6ZcbKFkzGzDALDqso4UFBIWrHdlUQOOHkqVyWARMUXK+5wb4KuZ1IL42Ecr/GYqSdRiUw8rGZPVOp4w0zYJisZ88vskKuJ45"
        "Xd6K3GSeNB8je9+1Wm0FMXBPbhRThGgOsPxLvpjSUOdDSXeYh8aswVjEaTOARklyFvrbEHrWTLDICZZOrx+gijx9E2AZbOliSReg2AibWIk6aBAqMDfRq++/n317+X"
        "r3Qfnj/ucXv56eOLUzg7vy55evvvPoyO6Z673uxt3dDx/vHT765tCnWXTs+ezMu932lccPD80/eT97vE4+ohrJUBMy1qrSDW0U0mIORGpTnVswWnEDNiVOG5Lm1jrC"
        "CTGS6NRlNoPc0UzqXDkqhbY55cx7uzBRaDqR4TIW8a7q36g6ynTMiwXLRKZSlrHxYXSDKZypHEpWcUsq5Y1OOQDnNs1S63ieEeGdcV5TYbzhwvnMcO0VOEHzTAtgVj"
        "nDjFFexru/hFs2F4xZb9LcAdiMWCWBxrKyzHvICTCdewESBKRSG0GVICTayntvCCU6six1msbqBjdaLQ7DZnu77ptkubSrW1DUTis4WWx3L7NxoWq/B7vhZgfvEdRG"
        "dWCMj+xWBR4RrBE5eLCSkkvs8QFGYwc1O8UYU2IKo4xPYUxOx3I2jQlFpjAp9RgLlen1oWruttu7A1Fysl6WcYb3Zuhc4UusRuvlOHUtTnVuDI+XbaWnhFNvc2Z8qq"
        "TVsenswv+4xFltF7a6vRVwuj+cg2Cq0BycVhLNzbVXO+gPlOZM/w=="
    )
)
"""A page that says hello, locked with AES-128 against printing only: the way most programs lock one (pypdf 7.1.0 with cryptography)."""


def raw_pdf(objects: list[bytes], *, trailer: bytes = b"") -> bytes:
    """Objects 1, 2, ... with a table of where they are; the first is the root."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<< /Root 1 0 R /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)


def stream(content: bytes, *, packed: int = 0, more: bytes = b"") -> bytes:
    """A stream, packed so many times."""
    for _ in range(packed):
        content = zlib.compress(content, 9)
    filters = b"/Filter [%b]" % b" ".join([b"/FlateDecode"] * packed) if packed else b""
    return b"<< /Length %d %b %b >>\nstream\n%b\nendstream" % (len(content), filters, more, content)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def one_page(drawn: bytes, *, resources: bytes = b"", more: tuple[bytes, ...] = ()) -> bytes:
    """One page that draws a stream (object 4) with Helvetica (object 5) as /F; further objects from 6 on."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %b >> >>" % resources
    return raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, drawn, FONT, *more])
