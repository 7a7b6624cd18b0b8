-- Whoever changes an organization, its members or its invitations locks its row here first.
CREATE TABLE organizations (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id  UUID            NOT NULL,
    name       VARCHAR(100)    NOT NULL COLLATE utf8mb4_uca1400_ai_ci,
    slug       VARCHAR(63)     NOT NULL,
    version    INT UNSIGNED    NOT NULL DEFAULT 1,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT uq_organizations_public_id UNIQUE (public_id),
    CONSTRAINT uq_organizations_slug UNIQUE (slug)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
