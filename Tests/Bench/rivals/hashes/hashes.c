// Measures how many Argon2id hashes a second this machine computes with the program's settings and nothing else: one
// thread for each processor, each with its own memory on huge pages, which it uses again, as the program does
// (Arena.swift).
//
// Usage: hashes SECONDS MEMORY_KIB ITERATIONS. Prints the rate.

#define _GNU_SOURCE
#include <argon2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20, MAXIMUM_THREADS = 1024 };

static double seconds;
static uint32_t memory_kib, iterations;
static atomic_ulong count;

static _Thread_local uint8_t *arena;

static int lend(uint8_t **memory, size_t size) {
    (void)size;
    *memory = arena;
    return 0;
}

static void keep(uint8_t *memory, size_t size) {
    (void)memory;
    (void)size;
}

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void take_arena(void) {
    size_t size = ((size_t)memory_kib * 1024 + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *mapping = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) fail("out of memory");
    arena = (uint8_t *)(((uintptr_t)mapping + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
    madvise(arena, size, MADV_HUGEPAGE);
}

static void hash(void) {
    char password[] = "correct horse battery staple", salt[] = "sixteen of these";
    uint8_t tag[32];
    argon2_context context = {
        .out = tag, .outlen = sizeof tag, .pwd = (uint8_t *)password, .pwdlen = sizeof password - 1,
        .salt = (uint8_t *)salt, .saltlen = sizeof salt - 1, .t_cost = iterations, .m_cost = memory_kib,
        .lanes = 1, .threads = 1, .version = ARGON2_VERSION_13, .allocate_cbk = lend, .free_cbk = keep};
    if (argon2id_ctx(&context) != ARGON2_OK) fail("Argon2 failed");
}

static void *work(void *unused) {
    (void)unused;
    take_arena();
    hash(); // takes the pages
    for (double end = now() + seconds; now() < end;) {
        hash();
        atomic_fetch_add(&count, 1);
    }
    return NULL;
}

int main(int number, char **words) {
    if (number != 4) fail("usage: hashes SECONDS MEMORY_KIB ITERATIONS");
    seconds = atof(words[1]);
    memory_kib = atoi(words[2]);
    iterations = atoi(words[3]);
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    if (threads > MAXIMUM_THREADS) threads = MAXIMUM_THREADS;
    pthread_t thread[MAXIMUM_THREADS];
    double start = now();
    for (long index = 0; index < threads; index++)
        if (pthread_create(&thread[index], NULL, work, NULL) != 0) fail("cannot start a thread");
    for (long index = 0; index < threads; index++) pthread_join(thread[index], NULL);
    printf("%.3f\n", atomic_load(&count) / (now() - start));
    return EXIT_SUCCESS;
}
