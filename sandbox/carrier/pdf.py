"""A small PDF of plain lines, written by hand: one page, one font, a table of contents that fits."""

from __future__ import annotations

from collections.abc import Iterable

LINES_A_PAGE = 48


def pdf(title: str, lines: Iterable[str]) -> bytes:
    """One A4 page; what does not fit on it is left out, and letters that Latin-1 lacks become question marks."""
    text = b"BT /F1 16 Tf 56 790 Td (" + _escaped(title) + b") Tj /F1 10 Tf 0 -12 Td 15 TL\n"
    text += b"".join(b"T* (" + _escaped(line) + b") Tj\n" for line in list(lines)[:LINES_A_PAGE]) + b"ET"
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    )


def _file(*objects: bytes) -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + table + trailer


def _escaped(line: str) -> bytes:
    raw = line.encode("latin-1", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
