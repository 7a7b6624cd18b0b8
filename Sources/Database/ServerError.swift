import CMariaDB

/// An error as the server or the client library reports it, before texts that could contain a value are removed.
struct ServerError {
    static let duplicateEntry = UInt32(ER_DUP_ENTRY)
    static let noReferencedRow = UInt32(ER_NO_REFERENCED_ROW_2)
    static let lockWaitTimeout = UInt32(ER_LOCK_WAIT_TIMEOUT)
    static let statementTimeout = UInt32(ER_STATEMENT_TIMEOUT)
    static let rightMissing = UInt32(ER_SPECIFIC_ACCESS_DENIED_ERROR)
    static let noSuchTable = UInt32(ER_NO_SUCH_TABLE)
    static let signalled = UInt32(ER_SIGNAL_EXCEPTION)
    static let noSuchAccount = UInt32(ER_NO_SUCH_USER)
    /// All sessions together have `max_prepared_stmt_count` statements.
    static let tooManyStatements = UInt32(ER_MAX_PREPARED_STMT_COUNT_REACHED)

    /// The server has no room for the statement: the account's share is used up (1226), or the disk, the table, or
    /// memory is full. The statement had no effect.
    static let exhausted = [
        UInt32(ER_USER_LIMIT_REACHED), UInt32(ER_DISK_FULL), UInt32(ER_RECORD_FILE_FULL), UInt32(ER_OUTOFMEMORY),
        UInt32(ER_OUT_OF_SORTMEMORY), UInt32(ER_OUT_OF_RESOURCES), UInt32(ER_TOO_MANY_CONCURRENT_TRXS),
    ]
    /// A table or a column is missing. All statements are part of the program, so the schema belongs to another
    /// version.
    static let schemaDiffers = [noSuchTable, UInt32(ER_BAD_FIELD_ERROR)]

    /// The server no longer knows a prepared statement, or could not adapt it to a changed schema. It did not run it.
    static let needPreparingAgain = [UInt32(ER_NEED_REPREPARE), UInt32(ER_UNKNOWN_STMT_HANDLER)]
    /// The server has rolled the whole transaction back: a deadlock, or a row that changed since the snapshot.
    static let rolledBack = [UInt32(ER_LOCK_DEADLOCK), UInt32(ER_CHECKREAD)]
    /// The server or the transaction accepts no changes, as during a failover. The statement had no effect, and earlier
    /// changes of the transaction are lost.
    static let readOnly = [
        UInt32(ER_OPTION_PREVENTS_STATEMENT), UInt32(ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION),
        UInt32(ER_READ_ONLY_MODE), UInt32(ER_OPEN_AS_READONLY),
    ]

    let number: UInt32
    let sqlState: String
    let message: String

    /// The last error of a connection.
    init(_ handle: UnsafeMutablePointer<MYSQL>) {
        number = mysql_errno(handle)
        sqlState = String(cString: mysql_sqlstate(handle))
        message = String(cString: mysql_error(handle))
    }

    /// The last error of a prepared statement.
    init(_ handle: UnsafeMutablePointer<MYSQL_STMT>) {
        number = mysql_stmt_errno(handle)
        sqlState = String(cString: mysql_stmt_sqlstate(handle))
        message = String(cString: mysql_stmt_error(handle))
    }

    /// Whether the connection can no longer be used: it is gone, being closed, or out of step with the server, as when
    /// an altered table gives a prepared `SELECT *` another number of columns.
    var isConnectionLost: Bool {
        [
            CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_COMMANDS_OUT_OF_SYNC, CR_MALFORMED_PACKET,
            CR_SERVER_LOST_EXTENDED, CR_STMT_CLOSED, CR_NEW_STMT_METADATA, CR_ERR_NET_READ, CR_ERR_NET_WRITE,
            ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED,
        ].contains(Int32(bitPattern: number))
    }

    /// Whether the command cannot have reached the server: the client library says "gone away" when it could
    /// not send a command and "lost" when it could not read the answer.
    var wasNotSent: Bool { number == CR_SERVER_GONE_ERROR }

    /// The key in "Duplicate entry '…' for key 'uq_users_email'".
    ///
    /// The protocol does not provide it otherwise, and a table may have several unique keys, so this is the only place
    /// that reads a message. Sessions request English messages. The entry comes before the key and may contain
    /// anything, so the last match counts; a message that fills the client's buffer was cut off and is ignored.
    var duplicateKey: String? {
        guard number == ServerError.duplicateEntry, message.utf8.count < Int(MYSQL_ERRMSG_SIZE) - 1 else {
            return nil
        }
        let parts = message.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[parts.count - 3].elementsEqual(" for key ".utf8) else { return nil }
        return String(Substring(parts[parts.count - 2]))
    }

    /// The message, if it only quotes names and the text of the statement.
    var harmlessMessage: String? {
        let numbers = [
            ER_DBACCESS_DENIED_ERROR, ER_BAD_FIELD_ERROR, ER_TABLE_EXISTS_ERROR, ER_DUP_FIELDNAME,
            ER_DUP_KEYNAME, ER_PARSE_ERROR, ER_KEY_COLUMN_DOES_NOT_EXIST, ER_CANT_DROP_FIELD_OR_KEY,
            ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR, ER_NO_SUCH_TABLE,
            ER_NO_SUCH_USER,
        ]
        return numbers.contains(Int32(bitPattern: number)) ? message : nil
    }
}

extension DatabaseError {
    /// The error of a statement.
    /// - Parameter changes: whether a changing statement had been sent, so its outcome is unknown if the connection is
    ///   lost.
    init(_ error: ServerError, sql: String?, changes: Bool) {
        let kind: Kind =
            if ServerError.readOnly.contains(error.number) {
                .unavailable
            } else if !error.isConnectionLost {
                .server(number: error.number, sqlState: error.sqlState)
            } else if changes, !error.wasNotSent {
                .unknownOutcome
            } else {
                .unavailable
            }
        self.init(
            kind, number: error.number, sql: sql, duplicateKey: error.duplicateKey,
            detail: error.harmlessMessage)
    }
}
