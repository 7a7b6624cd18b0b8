import Web

/// The content of a mail without its recipient. A job sends it, by `JobContext.send`.
///
/// All mails share one frame: a greeting and paragraphs, wrapped as text, and as one HTML document. The HTML loads
/// nothing, needs no style sheet to be read in order, and leaves colours to the reader's light or dark theme, except
/// those of the button (contrast 7:1).
public struct MailTemplate: Sendable {
    /// One element of a mail.
    public enum Block: Sendable {
        /// Sentences.
        case paragraph(MailText)
        /// Facts, each on its own line.
        case list([MailText])
        /// A link with a label for its action.
        case link(PageLink, label: MailText)
        /// A secondary link, shown as a plain URL.
        case address(PageLink)
    }

    let subject: MailText
    let language: MailLanguage
    let blocks: [Block]

    /// Writes a mail.
    /// - Parameters:
    ///   - language: that of subject and blocks, in which the frame is written, too.
    ///   - blocks: what stands between the greeting and the name of the service.
    public init(subject: MailText, in language: MailLanguage = .english, _ blocks: [Block]) {
        self.subject = subject
        self.language = language
        self.blocks = blocks
    }

    /// The content for a recipient.
    /// - Parameters:
    ///   - name: the name in the greeting; `nil` for none.
    ///   - service: the sending service, named at the end.
    public func content(greeting name: PlainName?, from service: MailService) -> MailContent {
        let blocks = [.paragraph(language.greeting(name))] + blocks
        let signature = service.signature(in: language)
        return MailContent(
            subject: subject.text,
            text: (blocks.map(Self.text) + [Self.wrapped(signature)]).joined(separator: "\n\n") + "\n",
            html: document(blocks.map(html), signature: signature).markup)
    }

    /// Columns of the text part, except links (RFC 5322, section 2.1.1).
    private static let columns = 78

    private static func text(_ block: Block) -> String {
        switch block {
        case .paragraph(let paragraph): wrapped(paragraph.text)
        case .list(let lines): lines.map { wrapped($0.text) }.joined(separator: "\n")
        // The paragraph above explains the link.
        case .link(let link, _), .address(let link): link.url
        }
    }

    /// Octets of a line, with room for its tags: mail allows 998 (RFC 5322, section 2.1.1).
    private static let octets = 900

    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ").flatMap(pieces) {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.displayWidth + 1 + word.displayWidth <= columns,
                line.utf8.count + 1 + word.utf8.count <= octets
            {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A word in parts that fit a line, even where each octet is escaped. It is one part unless it is very long, as a
    /// paragraph is in a script without blanks.
    private static func pieces(of word: Substring) -> [Substring] {
        guard word.utf8.count > octets else { return [word] }
        var pieces: [Substring] = []
        var rest = word
        while !rest.isEmpty {
            var length = 0
            let piece = rest.prefix { character in
                length += character.utf8.count
                return length <= octets / 6
            }
            pieces.append(piece.isEmpty ? rest.prefix(1) : piece)
            rest = rest.dropFirst(max(1, piece.count))
        }
        return pieces
    }

    /// Text for an element. If it is too long for a line, each word is on its own; a line break inside a word is in a
    /// comment, since it would otherwise be a blank.
    private static func html(_ text: String) -> HTML {
        let whole = "\(text)" as HTML
        guard whole.markup.utf8.count > octets else { return whole }
        var html = "" as HTML
        for (index, word) in text.split(separator: " ").enumerated() {
            if index > 0 { html = "\(html)\n" }
            for (number, piece) in pieces(of: word).enumerated() {
                html = number == 0 ? "\(html)\(String(piece))" : "\(html)<!--\n-->\(String(piece))"
            }
        }
        return html
    }

    private func html(_ block: Block) -> HTML {
        switch block {
        case .paragraph(let paragraph): "<p dir=\"auto\">\(Self.html(paragraph.text))</p>\n"
        case .list(let lines):
            "<ul>\n\(lines.reduce("") { "\($0)<li dir=\"auto\">\(Self.html($1.text))</li>\n" } as HTML)</ul>\n"
        case .link(let link, let label):
            """
            <p><a class="button" href="\(link.url)">\(label.text)</a></p>
            <p>\(language.buttonHint.text)<br>
            <a href="\(link.url)">\(link.url)</a></p>

            """
        case .address(let link): "<p><a href=\"\(link.url)\">\(link.url)</a></p>\n"
        }
    }

    private func document(_ blocks: [HTML], signature: String) -> HTML {
        let body = blocks.reduce("") { "\($0)\($1)" } as HTML
        return """
            <!DOCTYPE html>
            <html lang="\(language.tag)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>\(subject.text)</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 sans-serif; max-width: 36em; margin: 0 auto; padding: 1.5em; }
            p, li { overflow-wrap: anywhere; }
            ul { padding-left: 1.25em; }
            .signature { margin-top: 2em; font-size: 0.875em; }
            .button { display: inline-block; padding: 0.75em 1.5em; border-radius: 0.25em;
              background: #1d4f91; color: #ffffff; font-weight: bold; text-decoration: none; }
            </style>
            </head>
            <body>
            \(body)<p class="signature" dir="auto">\(Self.html(signature))</p>
            </body>
            </html>

            """
    }
}
