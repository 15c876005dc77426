"""From a recipient to an address, and from a message to the mail server.

Says clearly what became of it: taken, refused for now, refused for good, or nothing at all
(``Unknown``): then it may or may not have left.
"""

from __future__ import annotations

import contextlib
import datetime
import smtplib
from dataclasses import dataclass
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from ledger.rules.recipients import user_id_of
from ledger.services.deliveries import Outcome
from people.models import User


class Unknown(Exception):
    """The server fell silent after it was given the message."""


def person(recipient: str) -> User | None:
    """Who is behind a recipient, if they may be mailed: active, and no system."""
    return User.objects.filter(
        pk=user_id_of(recipient) or 0, is_active=True, is_system=False
    ).first()


@dataclass(frozen=True)
class Mail:
    """One message as it leaves."""

    message_id: str
    to: str
    subject: str
    text: str
    made_at: datetime.datetime


class Post:
    """A connection to the mail server for the mails of one run; opened when first needed."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None
        self.is_down = False  # no connection, or it broke: the next run tries again

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection. What was taken is taken, however the goodbye goes."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.close()

    def send(self, mail: Mail) -> Outcome:
        """Hand one mail to the server. Raises Unknown when it is in doubt whether it took it."""
        try:
            connection = self._open()
        except smtplib.SMTPResponseException as refused:
            self.is_down = True
            return _refusal(refused.smtp_code, refused.smtp_error, final=False)
        except (OSError, smtplib.SMTPException) as error:
            self.is_down = True
            return Outcome(accepted=False, answer=f"no connection: {_words(error)}")
        try:
            connection.send_messages([_message(mail, connection)])
        except smtplib.SMTPRecipientsRefused as refused:
            self.close()
            code, words = next(iter(refused.recipients.values()))
            return _refusal(code, words)
        except smtplib.SMTPSenderRefused as refused:  # of us, whatever the message
            self.close()
            return _refusal(refused.smtp_code, refused.smtp_error, final=False)
        except smtplib.SMTPResponseException as refused:
            self.close()
            if refused.smtp_code < 400:  # no answer that could be read
                raise Unknown from refused
            return _refusal(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as error:
            self.close()  # the address cannot be written to
            return Outcome(accepted=False, answer=_words(error), final=True)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            self.is_down = True
            raise Unknown from error
        return Outcome(accepted=True, answer="250")

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection


def _message(mail: Mail, connection: Any) -> EmailMessage:
    return EmailMessage(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        connection=connection,
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.made_at),
            # Machines that answer mail by themselves leave this one alone (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )


def _refusal(code: int, words: Any, *, final: bool | None = None) -> Outcome:
    """A clear no: from 500 on for good, below for now (RFC 5321, section 4.2.1)."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    is_final = code >= 500 if final is None else final
    return Outcome(accepted=False, answer=f"{code} {said}", final=is_final)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
