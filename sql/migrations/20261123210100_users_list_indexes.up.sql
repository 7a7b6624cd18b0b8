-- One index for each way in which the list of users can be filtered and sorted. The unique key of the address does not serve: it
-- holds no order of the id behind it.
ALTER TABLE users
    ADD INDEX idx_users_created_at (created_at, id),
    ADD INDEX idx_users_name (name, id),
    ADD INDEX idx_users_email_key (email_key, id),
    ADD INDEX idx_users_status_created_at (status, created_at, id),
    ADD INDEX idx_users_status_name (status, name, id),
    ADD INDEX idx_users_role_created_at (role, created_at, id),
    ADD INDEX idx_users_role_status_created_at (role, status, created_at, id);
