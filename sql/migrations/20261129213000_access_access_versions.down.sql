DROP TRIGGER roles_count_insert;
DROP TRIGGER roles_count_update;
DROP TRIGGER roles_count_delete;
DROP TRIGGER signing_keys_count_insert;
DROP TRIGGER signing_keys_count_update;
DROP TRIGGER signing_keys_count_delete;
DROP TABLE access_versions;
