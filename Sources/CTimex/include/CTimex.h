#pragma once

// What the kernel says of its clock (adjtimex(2)): 1 synchronised, 0 not, -1 not told. A source file of its own, since
// <sys/timex.h> would bring a second declaration of struct timeval into Swift.
int gatehouse_clock_is_synchronised(void);
