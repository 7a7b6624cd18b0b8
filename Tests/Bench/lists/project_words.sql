-- The result of `Words.of` for the three words of a name. Deleted projects have no words.
INSERT INTO words (scope, word, row_id)
SELECT CONCAT('projects/', tenant) AS scope, LOWER(SUBSTRING_INDEX(name, ' ', 1)) COLLATE utf8mb4_nopad_bin AS word, id
FROM projects WHERE NOT is_deleted ORDER BY scope, word, id;

INSERT INTO words (scope, word, row_id)
SELECT
    CONCAT('projects/', tenant) AS scope,
    SUBSTRING_INDEX(SUBSTRING_INDEX(name, ' ', 2), ' ', -1) COLLATE utf8mb4_nopad_bin AS word, id
FROM projects WHERE NOT is_deleted ORDER BY scope, word, id;

INSERT INTO words (scope, word, row_id)
SELECT CONCAT('projects/', tenant) AS scope, SUBSTRING_INDEX(name, ' ', -1) COLLATE utf8mb4_nopad_bin AS word, id
FROM projects WHERE NOT is_deleted ORDER BY scope, word, id;
