import Foundation

@testable import Gatehouse

/// A real SMTP server (Debian's aiosmtpd) on a free port of the loopback interface. It parses the mails that it
/// receives with Python's own e-mail parser.
final class TestMailServer {
    /// How a server behaves.
    struct Behaviour: Encodable {
        var security = SMTPSettings.Security.none.rawValue
        var certificate = ""
        var key = ""
        /// `user:password`, or empty for a server without sign-in.
        var credentials = ""
        var supportsUTF8 = true
    }

    let port: UInt16
    private let process: ChildProcess

    init(_ behaviour: Behaviour = Behaviour()) throws {
        let arguments = String(decoding: try JSONEncoder().encode(behaviour), as: UTF8.self)
        process = try ChildProcess("/usr/bin/python3", ["-c", Self.program, arguments])
        guard let port = process.readLine().flatMap(UInt16.init) else { throw DidNotStart() }
        self.port = port
    }

    /// aiosmtpd is not installed, or could not listen.
    struct DidNotStart: Error, CustomStringConvertible {
        var description: String {
            "the mail server did not start; is the package python3-aiosmtpd installed?"
        }
    }

    /// The settings for sending to this server.
    func settings(senderName: String = "Gatehouse") throws -> SMTPSettings {
        guard let sender = EmailAddress("no-reply@example.com") else { throw DidNotStart() }
        return SMTPSettings(
            host: "127.0.0.1", port: port, security: .none, senderName: senderName, sender: sender)
    }

    /// The next mail received, as the server and Python's parser saw it.
    func nextMail() throws -> ReceivedMail {
        guard let line = process.readLine() else { throw DidNotStart() }
        return try JSONDecoder().decode(ReceivedMail.self, from: Data(line.utf8))
    }

    /// RCPT TO is refused for `refused@…` with 550, and with 450 for `later@…`; mail that contains `REJECT` is refused
    /// after DATA with 554.
    private static let program = #"""
        import base64, email, email.policy, json, os, queue, ssl, sys, threading
        from email.header import decode_header, make_header
        from email.utils import getaddresses
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult, LoginPassword

        behaviour = json.loads(sys.argv[1])

        def problems(part):
            found = [type(defect).__name__ for defect in part.defects]
            for name in part.keys():
                found += [type(defect).__name__ for defect in part[name].defects]
            for child in part.iter_parts() if part.is_multipart() else []:
                found += problems(child)
            return found

        def addresses(head, name):
            # The newer parser of Python 3.11 keeps the white space between encoded words in display names
            # (against RFC 2047, section 6.2); the older functions do not.
            found = getaddresses(email.message_from_string(head).get_all(name))
            return [[str(make_header(decode_header(display))), address] for display, address in found]

        def parsed(envelope):
            head = envelope.content.split(b"\r\n\r\n")[0].decode()
            mail = email.message_from_bytes(envelope.content, policy=email.policy.SMTPUTF8)
            text, html = mail.get_body(("plain",)), mail.get_body(("html",))
            return {
                "sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                "options": envelope.mail_options,
                "raw": base64.b64encode(envelope.original_content).decode(),
                "names": mail.keys(), "subject": str(mail["subject"]),
                "from": addresses(head, "from"), "to": addresses(head, "to"),
                "date": mail["date"].datetime.timestamp(), "messageID": str(mail["message-id"]),
                "automatic": str(mail["auto-submitted"]), "type": mail.get_content_type(),
                "parts": [part.get_content_type() for part in mail.iter_parts()],
                "text": text.get_content(), "html": html.get_content(), "defects": problems(mail),
            }

        # The pipe may be full until the test reads; the server must answer before that.
        mails = queue.SimpleQueue()

        def report():
            while True:
                print(mails.get(), flush=True)

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("refused@"):
                    return "550 5.1.1 no such mailbox"
                if address.startswith("later@"):
                    return "450 4.2.0 greylisted"
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                if b"REJECT" in envelope.content:
                    return "554 5.7.1 refused"
                mails.put(json.dumps(parsed(envelope)))
                return "250 OK"

        def authenticate(server, session, envelope, mechanism, data):
            given = data.login + b":" + data.password if isinstance(data, LoginPassword) else b""
            return AuthResult(success=given.decode() == behaviour["credentials"], handled=False)

        options = {"enable_SMTPUTF8": behaviour["supportsUTF8"], "data_size_limit": 8 << 20}
        if behaviour["security"] != "none":
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(behaviour["certificate"], behaviour["key"])
            if behaviour["security"] == "tls":
                options["ssl_context"] = context
            else:
                options |= {"tls_context": context, "require_starttls": True}
        if behaviour["credentials"]:
            options |= {"authenticator": authenticate, "auth_required": True,
                        "auth_require_tls": behaviour["security"] == "starttls"}

        class FreePort(Controller):
            def _trigger_server(self):
                self.port = self.server.sockets[0].getsockname()[1]
                super()._trigger_server()

        controller = FreePort(Handler(), hostname="127.0.0.1", port=0, **options)
        controller.start()
        print(controller.port, flush=True)
        threading.Thread(target=report, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """#
}

/// One mail as it arrived.
struct ReceivedMail: Decodable {
    let sender: String
    let recipients: [String]
    /// The parameters of MAIL FROM.
    let options: [String]
    /// The message's octets, dots unstuffed.
    let raw: Data
    /// The names of its header fields, in order.
    let names: [String]
    let subject: String
    /// Display name and address of each.
    let from: [[String]]
    let to: [[String]]
    let date: Double
    let messageID: String
    let automatic: String
    let type: String
    let parts: [String]
    let text: String
    let html: String
    /// The defects that Python's parser found.
    let defects: [String]

    /// The message's lines.
    var rawText: String { String(decoding: raw, as: UTF8.self) }
}
