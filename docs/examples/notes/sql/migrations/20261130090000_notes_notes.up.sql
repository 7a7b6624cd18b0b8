-- Deleting a user deletes these rows. Each index holds the rows of a user in the order of one sort, so reading a page
-- starts at its first row.
CREATE TABLE notes (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id  UUID            NOT NULL,
    user_id    BIGINT UNSIGNED NOT NULL,
    title      VARCHAR(100)    NOT NULL COLLATE utf8mb4_uca1400_ai_ci,
    text       VARCHAR(5000)   NOT NULL,
    is_pinned  BOOLEAN         NOT NULL,
    version    INT UNSIGNED    NOT NULL DEFAULT 1,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_notes PRIMARY KEY (id),
    CONSTRAINT uq_notes_public_id UNIQUE (public_id),
    CONSTRAINT fk_notes_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    INDEX idx_notes_user (user_id, id),
    INDEX idx_notes_updated_at (user_id, updated_at, id),
    INDEX idx_notes_title (user_id, title, id),
    INDEX idx_notes_pinned_updated_at (user_id, is_pinned, updated_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
