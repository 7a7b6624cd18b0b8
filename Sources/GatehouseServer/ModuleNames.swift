/// The names in a new module: the words of its name, in the form that each place needs.
struct ModuleNames: Equatable {
    /// Its name, a plural: `OrderLines`.
    let name: String
    /// One row of it: `OrderLine`.
    let singular: String

    /// The forms in which words are written.
    enum Form {
        /// A type whose name is only the words: the module, or a row of it.
        case type
        /// A part of a type's name: `OrderLines`.
        case upperCamel
        /// `orderLines`.
        case camel
        /// `order_lines`.
        case snake
        /// `order-lines`.
        case kebab
        /// A table in a statement: `order_lines`, in backticks if SQL reserves the word.
        case table
        /// A text for people: `order lines`.
        case text
        /// The beginning of a text for people: `Order lines`.
        case title
    }

    /// The type of the module. It never hides a type that modules use, such as `Lists`.
    var moduleType: String { Template.types.contains(name) ? name + "Module" : name }

    /// The type of a row.
    var rowType: String {
        singular == name || Template.types.contains(singular) ? singular + "Record" : singular
    }

    /// The name of the module or of one row, in a form.
    func written(_ form: Form, isPlural: Bool = true) -> String {
        let chosen = isPlural ? name : singular
        let capitals = Self.words(of: chosen)
        let words = capitals.map { $0.lowercased() }
        return switch form {
        case .type: isPlural ? moduleType : rowType
        case .upperCamel: chosen
        case .camel: (words.prefix(1) + capitals.dropFirst()).joined()
        case .snake: words.joined(separator: "_")
        case .kebab: words.joined(separator: "-")
        case .table: Self.quoted(words.joined(separator: "_"))
        case .text: words.joined(separator: " ")
        case .title: (capitals.prefix(1) + words.dropFirst()).joined(separator: " ")
        }
    }

    private static func words(of name: String) -> [String] {
        name.matches(of: /[A-Z][a-z]*/).map { String($0.output) }
    }

    private static func quoted(_ table: String) -> String {
        reservedInSQL.contains(table) ? "`\(table)`" : table
    }

    /// The words that MariaDB 11.8 accepts as the name of a table only in backticks.
    static let reservedInSQL = Set(
        """
        accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade \
        case change char character check collate column condition constraint continue convert create cross \
        current_date current_role current_time current_timestamp current_user cursor databases day_hour \
        day_microsecond day_minute day_second dec decimal declare default delayed delete delete_domain_id desc \
        describe deterministic distinct distinctrow div do_domain_ids double drop dual each else elseif enclosed \
        escaped except exists exit explain false fetch float for force foreign from fulltext grant group having \
        high_priority hour_microsecond hour_minute hour_second if ignore ignore_domain_ids in index infile inner \
        inout insensitive insert int integer intersect interval into is iterate join key keys kill leading leave left \
        like limit linear lines load localtime localtimestamp lock long longblob longtext loop low_priority \
        master_demote_to_replica master_demote_to_slave master_ssl_verify_server_cert match maxvalue mediumblob \
        mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not \
        null numeric offset on optimize optionally or order out outer outfile over page_checksum parse_vcol_expr \
        partition portion precision primary procedure purge range read read_write reads real recursive ref_system_id \
        references regexp release rename repeat replace require resignal restrict return returning revoke right rlike \
        row_number rows schemas second_microsecond select sensitive separator set show signal smallint spatial \
        specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl \
        starting stats_auto_recalc stats_persistent stats_sample_pages straight_join table terminated then tinyblob \
        tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage use using utc_date \
        utc_time utc_timestamp value values varbinary varchar varcharacter varying when where while with write xor \
        year_month zerofill
        """.split(separator: " ").map(String.init))
}
