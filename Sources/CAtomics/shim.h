#pragma once

#include <stdbool.h>
#include <stdint.h>

// Swift's Atomic owns its memory, so words in memory that is shared with other processes go by the compiler's builtins.
// They are free of locks on every 64-bit machine (GCC manual, "Built-in Functions for Memory Model Aware Atomic
// Operations").

static inline uint64_t gatehouse_atomic_load(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void gatehouse_atomic_store(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

// Wraps around. Orders nothing else: what is counted stands for itself.
static inline void gatehouse_atomic_add(uint64_t *word, uint64_t amount) {
    __atomic_fetch_add(word, amount, __ATOMIC_RELAXED);
}

// Whether the word held what was expected and holds the new value now.
static inline bool gatehouse_atomic_exchange(uint64_t *word, uint64_t expected, uint64_t value) {
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
