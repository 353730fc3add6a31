"""Every mail as its readers would get it, written into a folder: text, HTML, the raw mail and its calendar files."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from notifications import samples
from notifications.envelope import CaseFacts, Envelope, Line, Message
from notifications.writer import write

# What names look like on a bad day. Nothing of it may run, add a header, or turn a line around.
HOSTILE = (
    "{{7*7}} <script>alert(1)</script> x\r\nBcc: e@x.example \u202egnp.exe\u202c ${7*7} #read(\"x\") =cmd|' /C'!A0"
)
ARABIC = "شركة الاتصالات المتحدة"
LONG = "Bäckereigenossenschaft " * 870 + "x" * 20_000


def _named(case: CaseFacts, text: str) -> CaseFacts:
    return replace(case, partner=text, end_customer=text, reference=text) if text else case


_ORDINARY = "ordinary"
_CASES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "one-number": ((samples.SINGLE,), ""),
    "long-names": (samples.NUMBERS, LONG),
    "right-to-left": (samples.NUMBERS, ARABIC),
    "hostile": (samples.NUMBERS, HOSTILE),
    "100-numbers": (tuple(f"+49891234{tail:04}" for tail in range(100)), ""),
    "range-of-1000": (("+49890107XXX",), ""),
    "10000-numbers": (tuple(f"+49891234{tail:04}" for tail in range(10_000)), ""),
}


def variants(every: bool) -> Iterator[tuple[str, Envelope]]:
    """Sample announcements of every mailed event, by name; `every` adds the bad days."""
    mailed = [kind for kind in samples.EVENTS if samples.audiences(kind)]
    yield from ((_ORDINARY, samples.sample(kind)) for kind in mailed)
    if every:
        yield from ((name, _varied(samples.sample(kind), name)) for name in _CASES for kind in mailed)


def _varied(ordinary: Envelope, name: str) -> Envelope:
    numbers, name_of_all = _CASES[name]
    status = ordinary.case.lines[0].status
    lines: tuple[Line, ...] = tuple(samples.line(number, status) for number in numbers)
    entries = tuple(
        replace(entry, event=replace(entry.event, numbers=numbers if entry.event.numbers else ()))
        for entry in ordinary.entries
    )
    return replace(ordinary, case=replace(_named(ordinary.case, name_of_all), lines=lines), entries=entries)


def write_previews(out: Path, every: bool = False) -> list[Path]:
    """Write the mails below `out`, with an index.html that links them; answers what was written."""
    written: list[Path] = []
    for name, envelope in variants(every):
        for message in write(envelope):
            written += _files(out / name, message)
    out.mkdir(parents=True, exist_ok=True)
    index = out / "index.html"
    index.write_text(_index(out, written), encoding="utf-8")
    return [index, *written]


def _files(folder: Path, message: Message) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / message.template
    text = f"Subject: {message.subject}\n\n{message.text}"
    yield _put(base.with_name(base.name + ".txt"), text.encode())
    yield _put(base.with_name(base.name + ".html"), message.html.encode())
    yield _put(base.with_name(base.name + ".eml"), message.mime)
    for part in message_from_bytes(message.mime, policy=policy.default).iter_attachments():
        yield _put(base.with_name(f"{base.name}.{part.get_filename()}"), part.get_payload(decode=True) or b"")


def _put(path: Path, content: object) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else b"")
    return path


def _index(out: Path, written: list[Path]) -> str:
    names = [html.escape(str(path.relative_to(out))) for path in written]
    links = "\n".join(f'<li><a href="{name}">{name}</a></li>' for name in names)
    return f'<!doctype html><html lang="en"><title>Mails</title><h1>Mails</h1><ul>\n{links}\n</ul></html>\n'
