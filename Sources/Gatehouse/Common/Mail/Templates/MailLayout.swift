/// The frame that all mails share: paragraphs, wrapped as text, and as one HTML document.
///
/// The HTML loads nothing, needs no style sheet to be read in order, and leaves colours to the reader's light
/// or dark theme, the button's own pair aside (contrast 7:1).
extension MailContent {
    /// One element of a mail.
    enum Block {
        case paragraph(String)
        /// A link, with what it does.
        case link(String, label: String)
    }

    init(subject: String, greeting name: String, _ blocks: [Block]) {
        let greeting = Self.isGreetable(name) ? "Hello \(Self.shortened(name))," : "Hello,"
        let blocks = [.paragraph(greeting)] + blocks
        self.init(
            subject: subject,
            text: blocks.map(Self.text).joined(separator: "\n\n") + "\n",
            html: Self.document(title: subject, blocks.map(Self.html)).markup)
    }

    /// Text from outside for one line of a mail: without control characters, and not longer than it needs be.
    static func shortened(_ text: String) -> String {
        let line = text.onOneLine.unicodeScalars
        return line.count <= longestQuote ? String(line) : String(line.prefix(longestQuote)) + "…"
    }

    /// Columns of the text part, links aside (RFC 5322, section 2.1.1).
    private static let columns = 78

    /// Characters of a name or a device. At four octets each, far from the limit of a line.
    private static let longestQuote = 80

    /// Whether a name is fit to stand in a mail to an address that nobody has proven to own. One that readers
    /// would turn into a link is not: strangers would send their advertisements through us.
    static func isGreetable(_ name: String) -> Bool {
        let words: [Substring] = name.onOneLine.split(separator: " ")
        return !words.isEmpty && !words.contains(where: looksLikeLink)
    }

    private static func looksLikeLink(_ word: Substring) -> Bool {
        let afterDots: ArraySlice<Substring> = word.split(separator: ".").dropFirst()
        return afterDots.contains { $0.count > 1 } || word.contains { "/@:".contains($0) }
    }

    private static func text(_ block: Block) -> String {
        switch block {
        case .paragraph(let text): wrapped(text)
        case .link(let link, let label): "\(label):\n\n\(link)"
        }
    }

    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.count + 1 + word.count <= columns {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func html(_ block: Block) -> HTML {
        switch block {
        case .paragraph(let text): "<p dir=\"auto\">\(text)</p>\n"
        case .link(let link, let label):
            """
            <p><a class="button" href="\(link)">\(label)</a></p>
            <p>If the button does not work, copy this address into your browser:<br>
            <a href="\(link)">\(link)</a></p>

            """
        }
    }

    private static func document(title: String, _ blocks: [HTML]) -> HTML {
        let body = blocks.reduce("") { "\($0)\($1)" } as HTML
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 sans-serif; max-width: 36em; margin: 0 auto; padding: 1.5em; }
            p { overflow-wrap: anywhere; }
            .button { display: inline-block; padding: 0.75em 1.5em; border-radius: 0.25em;
              background: #1d4f91; color: #ffffff; font-weight: bold; text-decoration: none; }
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }
}
