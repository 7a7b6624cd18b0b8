-- The last good discovery document and key set of each provider, for all processes, also while the provider is away.
-- Documents of another url than the current one do not count.
CREATE TABLE oauth_documents (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    provider   VARCHAR(32)     NOT NULL,
    kind       VARCHAR(20)     NOT NULL,
    url        VARCHAR(2048)   NOT NULL,
    content    MEDIUMTEXT      NULL,
    fetched_at DATETIME(6)     NULL,
    tried_at   DATETIME(6)     NULL,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_oauth_documents PRIMARY KEY (id),
    CONSTRAINT uq_oauth_documents_kind UNIQUE (provider, kind)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
