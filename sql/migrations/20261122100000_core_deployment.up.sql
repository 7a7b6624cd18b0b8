-- What this database is for. Development and test seeds refuse to load where it says 'production'.
CREATE TABLE deployment (
    id          TINYINT UNSIGNED NOT NULL,
    environment VARCHAR(20)      NOT NULL DEFAULT 'production',
    created_at  DATETIME(6)      NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at  DATETIME(6)      NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_deployment PRIMARY KEY (id),
    CONSTRAINT ck_deployment_single CHECK (id = 1),
    CONSTRAINT ck_deployment_environment CHECK (environment IN ('production', 'development', 'test'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

INSERT INTO deployment (id) VALUES (1);
