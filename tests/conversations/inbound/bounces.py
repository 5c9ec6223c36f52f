"""Reports of e-mails that could not be delivered."""

from tests.conversations.inbound.emails import TEAM_ADDRESS


def bounce(dispatch, *, status="5.1.1", action="failed", recipient="mariana@example.com", named=True) -> bytes:
    original = (
        f"\n--b\nContent-Type: message/rfc822\n\nMessage-ID: {dispatch.email_message_id}\n\nOi\n" if named else ""
    )
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nTo: {TEAM_ADDRESS}\nSubject: Undelivered Mail\n"
        f"Message-ID: <report-{status}@mx.example.com>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nI could not deliver it.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} No such user\n{original}--b--\n"
    ).encode()


def complaint(dispatch, *, recipient="mariana@example.com") -> bytes:
    """A provider reports that the recipient marked it as spam."""
    return (
        f"Return-Path: <>\nFrom: feedback@mx.example.com\nTo: {TEAM_ADDRESS}\nSubject: Complaint\n"
        "Message-ID: <complaint@mx.example.com>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nA complaint.\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        f"Original-Rcpt-To: <{recipient}>\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {dispatch.email_message_id}\n\nOi\n--b--\n"
    ).encode()
