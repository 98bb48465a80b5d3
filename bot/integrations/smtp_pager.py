"""Paging by mail: one message per page, the same Message-ID on every attempt, so that a repeat is told apart."""

from email.message import EmailMessage
from hashlib import sha256

import aiosmtplib

from bot.ports import PageMessage, Permanent, Transient, Unsure

_TEMPORARY = range(400, 500)


class SmtpPager:
    """One mail server. `tls` is none, starttls or implicit; a mail goes to whom the page names, else to `fallback`."""

    def __init__(
        self, host: str, port: int, sender: str, fallback: str, username: str, password: str, tls: str, timeout: float
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._fallback = fallback
        self._username = username or None
        self._password = password or None
        self._tls = tls
        self._timeout = timeout

    async def page(self, message: PageMessage) -> str:
        """The mail's Message-ID. Raises Transient, Permanent or Unsure."""
        mail = self.compose(message)
        try:
            refused, _ = await aiosmtplib.send(
                mail,
                hostname=self._host,
                port=self._port,
                username=self._username,
                password=self._password,
                use_tls=self._tls == "implicit",
                start_tls=self._tls == "starttls",
                timeout=self._timeout,
            )
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPConnectTimeoutError) as error:
            raise Transient("the mail server cannot be reached") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(refusal.code for refusal in error.recipients)) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unsure("the mail server did not answer; it may have taken the mail") from error
        if refused:
            raise _refusal(min(code for code, _ in refused.values()))
        return str(mail["Message-ID"])

    def compose(self, message: PageMessage) -> EmailMessage:
        """The mail, with line breaks taken out of what goes into headers."""
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = _line(message.to if "@" in message.to else self._fallback)
        mail["Subject"] = _line(message.subject)
        domain = self._sender.rpartition("@")[2] or "quarterdeck"
        mail["Message-ID"] = f"<{sha256(message.key.encode()).hexdigest()[:32]}@{domain}>"
        mail.set_content("\n\n".join(part for part in (message.text, message.url) if part))
        return mail

    async def close(self) -> None:
        """Nothing is kept open between mails."""


def _refusal(code: int) -> Transient | Permanent:
    words = f"the mail server refused with {code}"
    return Transient(words) if code in _TEMPORARY else Permanent(words, str(code))


def _line(text: str) -> str:
    return " ".join(text.split())
