-- email is what the person typed and where mail goes; email_key (NFC, lower case, A-label domain) is what is unique.
CREATE TABLE users (
    id                BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id         UUID            NOT NULL,
    email             VARCHAR(254)    NOT NULL,
    email_key         VARCHAR(254)    NOT NULL,
    email_verified_at DATETIME(6)     NULL,
    name              VARCHAR(100)    NOT NULL COLLATE utf8mb4_uca1400_ai_ci,
    avatar_url        VARCHAR(2048)   NULL,
    locale            VARCHAR(35)     NOT NULL DEFAULT 'en',
    password_hash     VARCHAR(255)    NULL,
    role              VARCHAR(50)     NOT NULL DEFAULT 'user',
    status            VARCHAR(20)     NOT NULL DEFAULT 'active',
    version           INT UNSIGNED    NOT NULL DEFAULT 1,
    created_at        DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at        DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_public_id UNIQUE (public_id),
    CONSTRAINT uq_users_email_key UNIQUE (email_key),
    CONSTRAINT ck_users_role CHECK (role IN ('admin', 'support', 'user')),
    CONSTRAINT ck_users_status CHECK (status IN ('active', 'suspended', 'deleted'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
