-- An invitation gives no more than its sender may give when it is accepted. So each has a sender: a user, or a key of the
-- organization; and goes with them. Of those without, nobody knows any more who sent them.
DELETE FROM invitations WHERE invited_by IS NULL;

ALTER TABLE invitations DROP FOREIGN KEY fk_invitations_invited_by;

ALTER TABLE invitations
    ADD COLUMN api_key_id BIGINT UNSIGNED NULL AFTER invited_by,
    ADD CONSTRAINT fk_invitations_invited_by FOREIGN KEY (invited_by) REFERENCES users (id) ON DELETE CASCADE,
    ADD CONSTRAINT fk_invitations_api_key FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE,
    ADD CONSTRAINT ck_invitations_sender CHECK ((invited_by IS NULL) <> (api_key_id IS NULL));
