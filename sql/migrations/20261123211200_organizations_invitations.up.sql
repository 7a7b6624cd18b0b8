-- An address has one invitation to an organization at most. One that is accepted or revoked is deleted, one that has
-- expired is purged. token_hash is that of the last link sent; NULL until the first mail goes out.
CREATE TABLE invitations (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id       UUID            NOT NULL,
    organization_id BIGINT UNSIGNED NOT NULL,
    email           VARCHAR(254)    NOT NULL,
    email_key       VARCHAR(254)    NOT NULL,
    role            VARCHAR(10)     NOT NULL,
    invited_by      BIGINT UNSIGNED NULL,
    token_hash      BINARY(32)      NULL,
    expires_at      DATETIME(6)     NOT NULL,
    created_at      DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at      DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT uq_invitations_public_id UNIQUE (public_id),
    CONSTRAINT uq_invitations_email_key_organization UNIQUE (email_key, organization_id),
    CONSTRAINT uq_invitations_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_invitations_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_invitations_invited_by FOREIGN KEY (invited_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_invitations_role CHECK (role IN ('viewer', 'member', 'admin')),
    INDEX idx_invitations_organization_created_at (organization_id, created_at, id),
    INDEX idx_invitations_invited_by (invited_by),
    INDEX idx_invitations_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
