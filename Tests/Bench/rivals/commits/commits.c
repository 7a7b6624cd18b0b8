// Measures how many durable commits a second the database makes for a number of connections. Each connection inserts
// one short row, commits, and waits. InnoDB writes commits that wait at the same time to disk together (group commit).
//
// Usage: commits SECONDS CONNECTIONS SOCKET. Prints the rate. It connects as root, and makes the schema bench_commits.

#include <mysql.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAXIMUM_CONNECTIONS = 256 };

static double seconds;
static const char *path;
static atomic_ulong count;
static const char *insert = "INSERT INTO bench_commits.rows (token) VALUES (RANDOM_BYTES(32))";

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static MYSQL *connect_database(void) {
    MYSQL *database = mysql_init(NULL);
    if (database == NULL || mysql_real_connect(database, NULL, "root", NULL, NULL, 0, path, 0) == NULL)
        fail("cannot connect");
    return database;
}

static void run(MYSQL *database, const char *statement) {
    if (mysql_query(database, statement) != 0) fail(mysql_error(database));
}

static void *work(void *unused) {
    (void)unused;
    MYSQL *database = connect_database();
    MYSQL_STMT *statement = mysql_stmt_init(database);
    if (statement == NULL || mysql_stmt_prepare(statement, insert, strlen(insert)) != 0) fail("cannot prepare");
    for (double end = now() + seconds; now() < end;) {
        if (mysql_stmt_execute(statement) != 0) fail(mysql_stmt_error(statement));
        atomic_fetch_add(&count, 1);
    }
    mysql_stmt_close(statement);
    mysql_close(database);
    return NULL;
}

int main(int number, char **words) {
    if (number != 4) fail("usage: commits SECONDS CONNECTIONS SOCKET");
    seconds = atof(words[1]);
    int connections = atoi(words[2]);
    path = words[3];
    if (connections < 1 || connections > MAXIMUM_CONNECTIONS) fail("so many connections cannot be");
    if (mysql_library_init(0, NULL, NULL) != 0) fail("libmariadb did not start");
    MYSQL *database = connect_database();
    run(database, "CREATE DATABASE IF NOT EXISTS bench_commits");
    run(database, "CREATE TABLE IF NOT EXISTS bench_commits.rows"
                  " (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, token BINARY(32) NOT NULL UNIQUE)");
    pthread_t thread[MAXIMUM_CONNECTIONS];
    double start = now();
    for (int index = 0; index < connections; index++)
        if (pthread_create(&thread[index], NULL, work, NULL) != 0) fail("cannot start a thread");
    for (int index = 0; index < connections; index++) pthread_join(thread[index], NULL);
    printf("%.3f\n", atomic_load(&count) / (now() - start));
    mysql_close(database);
    return EXIT_SUCCESS;
}
