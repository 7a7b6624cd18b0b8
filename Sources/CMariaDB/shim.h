#pragma once

#include <mysql.h>
#include <errmsg.h>
#include <mysqld_error.h>
#include <ma_pvio.h>

// Sets how long an open connection waits for the server's next bytes, in milliseconds. The library takes
// MYSQL_OPT_READ_TIMEOUT before connecting only, and in whole seconds.
static inline void gatehouse_set_read_timeout(MYSQL *connection, int milliseconds) {
    if (connection->net.pvio) connection->net.pvio->timeout[PVIO_READ_TIMEOUT] = milliseconds;
}
