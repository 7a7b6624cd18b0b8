#pragma once

#include <argon2.h>

// A macro that Swift cannot import.
static const uint32_t gatehouse_argon2_clear_password = ARGON2_FLAG_CLEAR_PASSWORD;
