// A rival of the program: the least code that answers the same FastCGI requests with the same bodies. It sends no
// header fields about limits.
//
// It has the program's process model: blocking threads, each with its own database connection. It answers /healthz at
// once, and /api/v1/users/me after one prepared statement, which finds the session and its user. There is no routing,
// no validation of input or tokens, no role, no limit, no logging and no JSON.
//
// Environment: WORKERS, DATABASE_SOCKET, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD; HEALTHZ and USERS_ME, the
// answers' bodies; SESSION, which the access token names. The listening socket is standard input.

#include <fcgiapp.h>
#include <mysql.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 12, COLUMN_WIDTH = 256 };

// A prepared statement whose first column is an unsigned number; the others are read as text.
struct query {
    MYSQL_STMT *statement;
    MYSQL_BIND columns[COLUMNS];
    unsigned long long first;
    char rest[COLUMNS][COLUMN_WIDTH];
};

static const char *session_and_user =
    "SELECT s.id, u.public_id, u.email, u.email_verified_at, u.name, u.avatar_url, u.locale, u.role, u.status,"
    " u.version, u.created_at, u.updated_at"
    " FROM sessions s JOIN users u ON u.id = s.user_id"
    " WHERE s.public_id = ? AND s.revoked_at IS NULL AND s.expires_at > NOW(6) AND u.status = 'active'";

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

static char *setting(const char *name) {
    char *value = getenv(name);
    if (value == NULL) fail("%s is not set", name);
    return value;
}

static MYSQL *connect_database(void) {
    MYSQL *database = mysql_init(NULL);
    if (database == NULL) fail("out of memory");
    mysql_options(database, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(database, NULL, setting("DATABASE_USER"), setting("DATABASE_PASSWORD"),
                           setting("DATABASE_NAME"), 0, setting("DATABASE_SOCKET"), 0) == NULL ||
        mysql_query(database, "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin, time_zone = '+00:00',"
                              " tx_isolation = 'READ-COMMITTED'") != 0)
        fail("cannot connect: %s", mysql_error(database));
    return database;
}

// The query reads the parameter from its variable whenever it runs.
static void prepare(struct query *query, MYSQL *database, const char *text, MYSQL_BIND *parameter) {
    query->statement = mysql_stmt_init(database);
    if (query->statement == NULL) fail("out of memory");
    if (mysql_stmt_prepare(query->statement, text, strlen(text)) != 0 ||
        mysql_stmt_bind_param(query->statement, parameter) != 0)
        fail("cannot prepare: %s", mysql_stmt_error(query->statement));

    memset(query->columns, 0, sizeof query->columns);
    query->columns[0].buffer_type = MYSQL_TYPE_LONGLONG;
    query->columns[0].buffer = &query->first;
    query->columns[0].is_unsigned = 1;
    for (int column = 1; column < COLUMNS; column++) {
        query->columns[column].buffer_type = MYSQL_TYPE_STRING;
        query->columns[column].buffer = query->rest[column];
        query->columns[column].buffer_length = COLUMN_WIDTH;
    }
    if (mysql_stmt_bind_result(query->statement, query->columns) != 0)
        fail("cannot bind: %s", mysql_stmt_error(query->statement));
}

// Returns whether there is a row. A column that does not fit is truncated, which does not matter here.
static int read_row(struct query *query) {
    if (mysql_stmt_execute(query->statement) != 0 || mysql_stmt_store_result(query->statement) != 0) return 0;
    int status = mysql_stmt_fetch(query->statement);
    mysql_stmt_free_result(query->statement);
    return status == 0 || status == MYSQL_DATA_TRUNCATED;
}

static MYSQL_BIND text_parameter(char *text) {
    return (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING, .buffer = text, .buffer_length = strlen(text)};
}

static void answer(FCGX_Request *request, const char *status, const char *fields, const char *body) {
    const char *id = FCGX_GetParam("HTTP_X_REQUEST_ID", request->envp);
    FCGX_FPrintF(request->out,
                 "Status: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%sX-Request-Id: %s\r\n"
                 "Cache-Control: no-store\r\n\r\n",
                 status, (int)strlen(body), fields, id == NULL ? "" : id);
    FCGX_PutS(body, request->out);
}

static void *serve(void *unused) {
    (void)unused;
    MYSQL *database = connect_database();
    struct query user;
    MYSQL_BIND session = text_parameter(setting("SESSION"));
    prepare(&user, database, session_and_user, &session);
    const char *healthz = setting("HEALTHZ"), *users_me = setting("USERS_ME");

    FCGX_Request request;
    FCGX_InitRequest(&request, 0, 0);
    while (FCGX_Accept_r(&request) == 0) {
        const char *path = FCGX_GetParam("REQUEST_URI", request.envp);
        if (path != NULL && strcmp(path, "/healthz") == 0)
            answer(&request, "200 OK", "", healthz);
        else if (path == NULL || strcmp(path, "/api/v1/users/me") != 0)
            answer(&request, "404 Not Found", "", "{}");
        else if (read_row(&user))
            answer(&request, "200 OK", "ETag: \"1\"\r\n", users_me);
        else
            answer(&request, "500 Internal Server Error", "", "{}");
    }
    return NULL;
}

int main(void) {
    if (mysql_library_init(0, NULL, NULL) != 0 || FCGX_Init() != 0) fail("a library did not start");
    signal(SIGTERM, SIG_DFL); // libfcgi catches it and continues to wait for a request
    int workers = atoi(setting("WORKERS"));
    for (int count = 0; count < workers; count++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, NULL) != 0) fail("cannot start a thread");
        if (count == workers - 1) pthread_join(thread, NULL);
    }
    return EXIT_FAILURE;
}
