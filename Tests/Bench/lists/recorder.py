"""What the program runs for some calls, as the server's log of slow statements tells it: with the values that it bound,
and with how many rows the server examined to carry it out, prepared as it was.
"""

from collections.abc import Callable
from dataclasses import dataclass

from stack import Stack

# Every statement counts as slow. A session takes this over when it begins, and only of statements that it prepared
# since does it log the values.
ON = "SET GLOBAL log_output = 'NONE', slow_query_log = ON, long_query_time = 0, log_slow_filter = '';"
OFF = "SET GLOBAL slow_query_log = OFF, long_query_time = DEFAULT, log_slow_filter = DEFAULT;"
RECORD = "TRUNCATE mysql.slow_log; SET GLOBAL log_output = 'TABLE';"
# A statement is logged behind its answer, so the last one is awaited.
STOP = """
DELIMITER //
BEGIN NOT ATOMIC
    WHILE EXISTS (
        SELECT 1 FROM information_schema.processlist WHERE user = 'gatehouse' AND command <> 'Sleep')
    DO DO SLEEP(0.001); END WHILE;
END //
DELIMITER ;
SET GLOBAL log_output = 'NONE';
"""
# The connections that answer calls are those that take no jobs.
READ = """
SELECT sql_text, MAX(rows_examined) AS examined FROM mysql.slow_log
WHERE user_host LIKE 'gatehouse[%' AND thread_id NOT IN (
    SELECT thread_id FROM mysql.slow_log
    WHERE sql_text LIKE '%FROM jobs WHERE status = %' OR sql_text LIKE '%UPDATE periodic_jobs%')
GROUP BY sql_text;
"""


@dataclass(frozen=True)
class Statement:
    """A statement that ran, and how many rows the server examined for it, at most."""

    text: str
    examined: int


class Recorder:
    """Has the server write down what the program runs; the program is started anew for it, and afterwards."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def __enter__(self) -> "Recorder":
        self._stack.db.run(ON)
        self._stack.restart_program()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.db.run(OFF)
        self._stack.restart_program()

    def statements(self, calls: Callable[[], object]) -> list[Statement]:
        """The statements of the calls that a function makes."""
        self._stack.db.run(RECORD)
        calls()
        self._stack.db.run(STOP)
        found = [
            Statement(row["sql_text"], int(row["examined"]))
            for row in self._stack.db.rows(READ)
        ]
        if not found:
            raise SystemExit("error: the server has not logged what a call ran")
        return found
