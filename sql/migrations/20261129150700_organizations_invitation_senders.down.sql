ALTER TABLE invitations
    DROP CONSTRAINT ck_invitations_sender,
    DROP FOREIGN KEY fk_invitations_api_key,
    DROP FOREIGN KEY fk_invitations_invited_by;

ALTER TABLE invitations
    DROP COLUMN api_key_id,
    ADD CONSTRAINT fk_invitations_invited_by FOREIGN KEY (invited_by) REFERENCES users (id) ON DELETE SET NULL;
