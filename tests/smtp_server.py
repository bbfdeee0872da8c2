"""A real mail server for the tests: STARTTLS only, and every message it takes is printed as JSON.

    smtp_server.py CERTIFICATE KEY

Prints {"port": N} once it listens, then one line for each message. A recipient whose name begins
with "refused" gets 550. Ends when its standard input does.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP


class Postbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(
            {
                "to": envelope.rcpt_tos,
                "sender": envelope.mail_from,
                "encrypted": session.ssl is not None,
                "message_id": message["message-id"],
                "subject": message["subject"],
                "text": message.get_content().strip(),
                "raw": envelope.content.decode("latin-1"),
            }
        )
        return "250 taken"


def say(what):
    print(json.dumps(what), flush=True)


async def serve(certificate, key):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)

    def session():
        return SMTP(Postbox(), tls_context=tls, require_starttls=True, hostname="localhost")

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0)
    say({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
