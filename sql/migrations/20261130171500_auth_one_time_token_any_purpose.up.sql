-- Modules declare the purposes of their links, and a module of another package can have its own.
ALTER TABLE one_time_tokens DROP CONSTRAINT ck_one_time_tokens_purpose;
