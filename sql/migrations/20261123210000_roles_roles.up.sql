-- A role is a name for a set of permissions: words with a space between them. Those of built-in roles stand in the program, so
-- that a new one is the administrator's at once; their rows are there for users.role to refer to.
CREATE TABLE roles (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id   UUID            NOT NULL,
    name        VARCHAR(50)     NOT NULL,
    description VARCHAR(500)    NOT NULL DEFAULT '',
    permissions VARCHAR(2000)   NOT NULL DEFAULT '',
    is_built_in BOOLEAN         NOT NULL DEFAULT FALSE,
    version     INT UNSIGNED    NOT NULL DEFAULT 1,
    created_at  DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at  DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_roles PRIMARY KEY (id),
    CONSTRAINT uq_roles_public_id UNIQUE (public_id),
    CONSTRAINT uq_roles_name UNIQUE (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

INSERT INTO roles (public_id, name, description, is_built_in)
VALUES
    ('019ba000-0000-7000-8000-000000000001', 'admin', 'Everything.', TRUE),
    ('019ba000-0000-7000-8000-000000000002', 'support', 'Reads everything, changes nothing.', TRUE),
    ('019ba000-0000-7000-8000-000000000003', 'user', 'What is one''s own.', TRUE);

ALTER TABLE users
    DROP CONSTRAINT ck_users_role,
    ADD CONSTRAINT fk_users_role FOREIGN KEY (role) REFERENCES roles (name) ON UPDATE RESTRICT ON DELETE RESTRICT;
