-- The words of rows that can be searched, folded, in the transaction of the row's change. The primary key finds the beginnings of
-- words in their order, the other index what else a row has. Rows of several tables, told apart by scope: no foreign key, no id.
CREATE TABLE words (
    scope      VARCHAR(32)     NOT NULL,
    word       VARCHAR(64)     NOT NULL,
    row_id     BIGINT UNSIGNED NOT NULL,
    CONSTRAINT pk_words PRIMARY KEY (scope, word, row_id),
    INDEX idx_words_row (scope, row_id, word)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
