#pragma once

#include <fcgiapp.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// Hands an accepted connection to a request that holds none, so that FCGX_Accept_r reads from it
/// instead of accepting one itself. FCGX_Accept_r first finishes the previous request, which closes
/// every connection that is not marked as kept.
static inline void gatehouse_attach(FCGX_Request *request, int connection) {
    request->ipcFd = connection;
    request->keepConnection = 1;
}
