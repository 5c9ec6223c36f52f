"""`tests.read_mail` tries out files, reports what is wrong, and then fails."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from helpdesk.mail.parsing import parse_email
from tests.mail.losses import lost_lines
from tests.mail.messages import base64_part, mail, multipart
from tests.read_mail import main

# A folder of public e-mails to try as well, where there is one.
PUBLIC = os.environ.get("ODD_MAIL_FOLDER", "")


def read(folder, capsys, *options):
    """What it printed: lines, and the totals."""
    assert main([str(folder), *options]) == 0
    *lines, totals = capsys.readouterr().out.splitlines()
    return lines, json.loads(totals)


def test_a_folder_is_read(tmp_path, capsys):
    """E-mails, replies, and replies of which it is known what was written."""
    (tmp_path / "replies").mkdir()
    (tmp_path / "um.eml").write_bytes(mail())
    (tmp_path / "replies" / "um.txt").write_text("Oi\n\nEm 03/03/2026 08:15, Zé <a@b.example> escreveu:\n> Olá\n")
    case = {"id": "a", "text": "Oi", "expected": ["Oi"]}
    (tmp_path / "replies.json").write_text(
        json.dumps({"text": [case], "html": [{"id": "b", "html": "<p>Oi", "expected": ["Oi"]}]})
    )
    lines, totals = read(tmp_path, capsys, "--show", "--mutations", "20", "--seed", "3")
    assert totals["files"] == 24
    assert totals["faults"] == 0
    assert any("bia@example.com" in line for line in lines)
    assert any(line.startswith("  | > Olá") for line in lines)


def test_a_failed_expectation_fails_the_run(tmp_path, capsys):
    """An expectation that is not met."""
    (tmp_path / "a.json").write_text(json.dumps({"text": [{"id": "a", "text": "Oi", "expected": ["Tchau"]}]}))
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "not what was written: 'Oi'" in told.out
    assert "1 of 1" in told.err
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none")])
    assert "there is no" in capsys.readouterr().err


def test_lost_lines_and_files_are_noticed():
    """A line, and a file, that were read out nowhere."""
    raw = multipart(
        "Content-Type: text/plain\n\nPrimeira linha.\nSegunda coisa.", base64_part("application/pdf", b"%PDF-1.4" * 20)
    )
    parsed = parse_email(raw)
    assert lost_lines(raw, parsed) == []
    assert lost_lines(raw.replace(b"Segunda coisa", b"Outra frase"), parsed) == ["Outra frase."]
    without_files = parse_email(multipart("Content-Type: text/plain\n\nPrimeira linha.\nSegunda coisa."))
    assert lost_lines(raw, without_files)


@pytest.mark.skipif(not PUBLIC, reason="ODD_MAIL_FOLDER names no folder")
def test_public_emails_are_read_without_loss(capsys):
    """All of them, and damaged copies."""
    _, totals = read(Path(PUBLIC), capsys)
    assert totals["faults"] == totals["lost_lines"] == 0
