"""The statements that the program runs for some calls, from the server's log of slow statements, with the values bound
and the number of rows that the server examined for the prepared statement."""

from collections.abc import Callable
from dataclasses import dataclass

from stack import Stack

# Every statement counts as slow. A session reads this setting when it begins, and logs the values only of statements
# that it prepares afterwards.
ON = "SET GLOBAL log_output = 'NONE', slow_query_log = ON, long_query_time = 0, log_slow_filter = '';"
OFF = "SET GLOBAL slow_query_log = OFF, long_query_time = DEFAULT, log_slow_filter = DEFAULT;"
RECORD = "TRUNCATE mysql.slow_log; SET GLOBAL log_output = 'TABLE';"
# A statement is logged after its answer, so the last one must be waited for.
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
# The connections for calls are those that run no jobs and deliver no webhooks.
READ = """
SELECT sql_text, MAX(rows_examined) AS examined FROM mysql.slow_log
WHERE user_host LIKE 'gatehouse[%' AND thread_id NOT IN (
    SELECT thread_id FROM mysql.slow_log
    WHERE sql_text LIKE '%FROM jobs WHERE status = %' OR sql_text LIKE '%UPDATE periodic_jobs%'
       OR sql_text LIKE '%GROUP BY webhook_id%')
GROUP BY sql_text;
"""


@dataclass(frozen=True)
class Statement:
    """A statement that ran, and the maximum number of rows that the server examined for it."""

    text: str
    examined: int


class Recorder:
    """Lets the server log the statements of the program, which is restarted before and after."""

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
