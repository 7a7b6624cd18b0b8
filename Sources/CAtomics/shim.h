#pragma once

#include <stdbool.h>
#include <stdint.h>

// Swift's Atomic owns its memory, so words in memory that is shared with other processes go by the compiler's builtins. Both
// are free of locks on every 64-bit machine (GCC manual, "Built-in Functions for Memory Model Aware Atomic Operations").

static inline uint64_t gatehouse_atomic_load(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

// Whether the word held what was expected and holds the new value now.
static inline bool gatehouse_atomic_exchange(uint64_t *word, uint64_t expected, uint64_t value) {
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
