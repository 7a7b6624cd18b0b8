-- An IP address belongs to who acted, or, where nobody was signed in, to whom it concerned. Once that account is erased its
-- address may be taken out, and nothing else be changed.
CREATE OR REPLACE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events FOR EACH ROW
    IF NOT (
        NEW.ip_address IS NULL
        AND COALESCE(OLD.actor_id, OLD.target_id) IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM users WHERE public_id = COALESCE(OLD.actor_id, OLD.target_id))
        AND NEW.id = OLD.id
        AND NEW.public_id = OLD.public_id
        AND NEW.action <=> OLD.action
        AND NEW.actor_id <=> OLD.actor_id
        AND NEW.target_id <=> OLD.target_id
        AND NEW.session_id <=> OLD.session_id
        AND NEW.request_id <=> OLD.request_id
        AND NEW.details <=> OLD.details
        AND NEW.created_at = OLD.created_at
    ) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit events are never changed';
    END IF;
