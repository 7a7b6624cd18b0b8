-- Who belongs to which organization, and as what. That an owner is left is seen to under the lock of the organization's
-- row.
CREATE TABLE organization_members (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    organization_id BIGINT UNSIGNED NOT NULL,
    user_id         BIGINT UNSIGNED NOT NULL,
    role            VARCHAR(10)     NOT NULL,
    version         INT UNSIGNED    NOT NULL DEFAULT 1,
    created_at      DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at      DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_organization_members PRIMARY KEY (id),
    CONSTRAINT uq_organization_members_user_organization UNIQUE (user_id, organization_id),
    CONSTRAINT fk_organization_members_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_organization_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_organization_members_role CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    INDEX idx_organization_members_created_at (organization_id, created_at, id),
    INDEX idx_organization_members_role_created_at (organization_id, role, created_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
