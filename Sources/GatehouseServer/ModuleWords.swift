import Gatehouse
import Web

/// Whether two words can stand for those of the template, in the code, the tables and the routes of a module.
struct ModuleWords {
    let name: String
    let singular: String

    /// - Throws: `NewFilesError` with the first reason why not.
    func check() throws {
        for word in [name, singular] {
            guard word.wholeMatch(of: /[A-Z][a-z]{1,30}/) != nil else { throw NewFilesError.unacceptableModule(word) }
            guard !Self.keywords.contains(word.lowercased()) else {
                throw NewFilesError.unusableWord(word, because: "\(word.lowercased()) is a keyword of Swift or Python")
            }
        }
        guard name != singular else {
            throw NewFilesError.unusableWord(name, because: "it would name the module and one of its rows")
        }
        guard !Self.reservedInSQL.contains(name.lowercased()) else {
            throw NewFilesError.unusableWord(name, because: "SQL reserves it, so it cannot name a table")
        }
        try checkGatehouse()
        try checkTemplate()
    }

    /// What Gatehouse has: tables, paths, permissions, parts of an export, and schemas of the document.
    private func checkGatehouse() throws {
        let document = try Program.gatehouse.declaredDocument()
        let schemas = document["components"]?["schemas"]
        var taken = Self.tables
        taken.formUnion((schemas?["ExportedAccount"]?["properties"]?.members ?? []).map(\.name))
        for path in document["paths"]?.members ?? [] {
            taken.formUnion(path.name.split(separator: "/").map(String.init))
        }
        for permission in Program.gatehouse.permissionsOfUsers + Program.gatehouse.permissionsOfRoles {
            taken.formUnion(permission.rawValue.split(separator: ":").prefix(1).map(String.init))
        }
        guard !taken.contains(name.lowercased()) else {
            throw NewFilesError.unusableWord(name, because: "Gatehouse has \(name.lowercased()) already")
        }
        let types = Set((schemas?.members ?? []).map(\.name))
        if let type = Self.ownWords.map(renamed).sorted().first(where: types.contains) {
            throw NewFilesError.unusableWord(singular, because: "Gatehouse has the type \(type) already")
        }
    }

    /// What the files of a module use beside the words that are renamed: types, functions, variables, columns.
    private func checkTemplate() throws {
        if let word = Self.ownWords.map(renamed).sorted().first(where: Self.otherWords.contains) {
            let given = word.lowercased().contains(name.lowercased()) ? name : singular
            throw NewFilesError.unusableWord(given, because: "the files of a module use \(word) for something else")
        }
    }

    private func renamed(_ word: String) -> String { NewModule(name: name, singular: singular).renamed(word) }

    /// The words of the code of the template that are renamed.
    private static let ownWords = words.filter { $0.contains(/[Nn]ote/) }
    private static let otherWords = words.subtracting(ownWords)
    private static let words = Set(
        Template.ofModule.flatMap { file in
            file.text.replacing(/"[^"\n]*"|`[^`\n]*`|\/\/.*|--.*/, with: " ").matches(of: /[A-Za-z_]\w*/).map {
                String($0.output)
            }
        })

    /// Those of Swift and of Python, in lower case.
    private static let keywords = Set(
        """
        and any as assert associatedtype async await break case catch class continue def default defer deinit del do \
        elif else enum except extension fallthrough false fileprivate finally for from func global guard if import \
        in init inout internal is lambda let nil none nonlocal not open operator or pass precedencegroup private \
        protocol public raise repeat rethrows return self static struct subscript super switch throw throws true try \
        type typealias var where while with yield
        """.split(separator: " ").map(String.init))

    /// What MariaDB 11.8 does not take as the name of a table.
    private static let reservedInSQL = Set(
        """
        accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call \
        cascade case change char character check collate column condition constraint continue convert create cross \
        cursor databases dec decimal declare default delayed delete desc describe deterministic distinct distinctrow \
        div double drop dual each else elseif enclosed escaped except exists exit explain false fetch float for \
        force foreign from fulltext grant group having if ignore in index infile inner inout insensitive insert int \
        integer intersect interval into is iterate join key keys kill leading leave left like limit linear lines \
        load localtime localtimestamp lock long longblob longtext loop match maxvalue mediumblob mediumint \
        mediumtext middleint mod modifies natural not null numeric offset on optimize optionally or order out outer \
        outfile over partition portion precision primary procedure purge range read reads real recursive references \
        regexp release rename repeat replace require resignal restrict return returning revoke right rlike rows \
        schemas select sensitive separator set show signal smallint spatial specific sql sqlexception sqlstate \
        sqlwarning ssl starting table terminated then tinyblob tinyint tinytext to trailing trigger true undo union \
        unique unlock unsigned update usage use using values varbinary varchar varcharacter varying when where while \
        with write xor zerofill
        """.split(separator: " ").map(String.init))

    /// The tables of Gatehouse.
    static let tables: Set = [
        "access_versions", "api_keys", "audit_events", "deployment", "idempotency_keys", "invitations", "jobs",
        "one_time_tokens", "organization_members", "organizations", "periodic_jobs", "projects", "rate_limits",
        "refresh_tokens", "roles", "schema_migrations", "sessions", "signing_keys", "users", "words",
    ]
}
