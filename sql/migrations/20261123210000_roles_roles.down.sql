-- Users of custom roles become users without power; nothing else fits what there was.
ALTER TABLE users DROP FOREIGN KEY fk_users_role;

UPDATE users SET role = 'user' WHERE role NOT IN ('admin', 'support', 'user');

ALTER TABLE users ADD CONSTRAINT ck_users_role CHECK (role IN ('admin', 'support', 'user'));

ALTER TABLE users DROP INDEX IF EXISTS fk_users_role;

DROP TABLE roles;
